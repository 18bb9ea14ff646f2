// The view and the page around it: the still picture, the controls of ipywidgets, the keyboard.

// Once the view stands in its page, on the screen or not: hide the still picture, name and lock the controls.
function joinPage(root, scene, model) {
  let twin;
  let box;
  const watch = new MutationObserver(() => dress(box, root, scene, model));
  const arrival = new MutationObserver(join);
  const sight = new ResizeObserver(join);
  const forgetKeys = keepKeys(root);
  function join() {
    if (!root.isConnected) return;
    twin ??= hideTwin(root, scene.name);
    if (box || !(box = root.closest(".course-stage"))) return;
    arrival.disconnect();
    watch.observe(box, { childList: true, subtree: true, attributeFilter: ["aria-valuetext"] });
    dress(box, root, scene, model);
  }
  arrival.observe(document, { childList: true, subtree: true });
  sight.observe(root);
  join();
  model.on("change:prediction", () => box && dress(box, root, scene, model));
  return () => {
    for (const observer of [arrival, sight, watch]) observer.disconnect();
    forgetKeys();
    if (twin) twin.style.display = "";
  };
}

// JupyterLab takes every key pressed in a notebook as a command ("x" cuts the cell) unless the target has
// this attribute. A listener on the window runs before JupyterLab's. Ctrl and Cmd stay commands: Ctrl+S.
function keepKeys(root) {
  const listen = (event) => {
    if (!root.closest(".course-stage")?.contains(event.target)) return;
    event.target.toggleAttribute("data-lm-suppress-shortcuts", !(event.ctrlKey || event.metaKey));
  };
  window.addEventListener("keydown", listen, true);
  return () => window.removeEventListener("keydown", listen, true);
}

// The still picture is the last of its name before the view, in the same output.
function hideTwin(root, name) {
  for (let part = root.parentElement; part; part = part.parentElement) {
    const twins = [...part.querySelectorAll(`figure.twin-${CSS.escape(name)}`)];
    const twin = twins.findLast((t) => t.compareDocumentPosition(root) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (twin) {
      twin.style.display = "none";
      return twin;
    }
  }
}

// ipywidgets gives its sliders neither a name nor a value in words, its radio boxes and buttons no
// name; and the number beside a slider of ours looks editable, but what is typed goes nowhere.
function dress(box, root, scene, model) {
  const locked = Boolean(scene.question) && model.get("prediction") < 0;
  for (const part of box.children) {
    if (!part.contains(root)) part.inert = locked;
  }
  for (const slider of box.querySelectorAll(".widget-slider")) {
    const readout = slider.querySelector(".widget-readout");
    const handle = slider.querySelector(".noUi-handle");
    set(handle, "aria-label", slider.querySelector(".widget-label")?.textContent);
    set(handle, "aria-valuetext", readout?.textContent);
    set(readout, "contenteditable", "false");
  }
  for (const options of box.querySelectorAll(".widget-radio-box")) {
    set(options, "role", "radiogroup");
    set(options, "aria-label", options.parentElement.querySelector(".widget-label")?.textContent);
  }
  for (const icon of box.querySelectorAll(".widget-play button .fa")) {
    set(icon.parentElement, "aria-label", icon.className.match(/fa-(play|pause|stop)/)?.[1]);
  }
}

function set(node, name, value) {
  if (node && value && node.getAttribute(name) !== value) node.setAttribute(name, value);
}
