// The view behind every slider: it looks a scene up by the positions of the controls and draws it.
// It knows nothing of optimisation. How a scene is written down: course_lib/actors.py.

const EDGE = 65534;
const MISSING = 65535;
const SVG = "http://www.w3.org/2000/svg";

const STYLE = `
.course-view { max-width: 100%; font-family: var(--jp-content-font-family, inherit); }
.course-view > svg { display: block; width: 100%; height: auto; background: white; border-radius: 3px; }
.course-view svg text { font-family: "DejaVu Sans", Verdana, sans-serif; }
.course-view fieldset { border: 0; border-left: 4px solid #0072B2; margin: 0 0 .6em; padding: .1em .8em; }
.course-view legend { float: left; width: 100%; padding: 0 0 .3em; font-weight: 600; }
.course-view legend ~ * { clear: left; }
.course-view button { font: inherit; color: inherit; background: none; border: 1px solid currentColor;
  border-radius: 4px; padding: .2em .7em; margin: .1em .4em .2em 0; cursor: pointer; }
.course-view button:hover { border-color: #0072B2; box-shadow: inset 0 0 0 1px #0072B2; }
.course-view button.course-skip { border-color: transparent; text-decoration: underline; }
.course-view p { margin: 0; }
.course-stage .widget-radio { display: flex; align-items: center; gap: .6em; }
.course-stage .widget-radio-box { margin: 0 !important; }
.course-view .course-spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;

function render({ model, el }) {
  const scene = model.get("scene");
  const numbers = unpack(model.get("numbers"));
  const root = html(el, "div", { className: "course-view" });
  root.style.width = `${scene.size[0]}px`;
  html(root, "style", { textContent: STYLE });
  const question = scene.question && html(root, "fieldset");
  const picture = drawStage(root, scene);
  const updates = scene.actors.map((actor) => ACTORS[actor.kind](panel(picture, actor), actor, numbers));
  const spoken = html(root, "div", { className: "course-spoken", role: "status" });
  let timer;

  function update() {
    const positions = scene.controls.map((_, k) => model.get(`position_${k}`));
    const words = updates.map((show) => show(positions)).filter(Boolean);
    const now = scene.controls.map((control, k) => `${control.label} ${control.options[positions[k]]}`);
    const said = [now.join(", "), ...words].map((part) => `${part}.`).join(" ");
    picture.setAttribute("aria-label", `${scene.alt} ${said}`);
    return said;
  }
  function move() {
    const said = update();
    clearTimeout(timer); // a screen reader hears the result once the slider rests
    timer = setTimeout(() => { spoken.textContent = said; }, 600);
  }
  scene.controls.forEach((_, k) => model.on(`change:position_${k}`, move));
  update();
  if (question) ask(question, scene.question, model);
  const leave = joinPage(root, scene, model);
  return () => { clearTimeout(timer); leave(); };
}

// A Bytes trait arrives as a DataView at any offset; an array of 16-bit numbers needs an even one.
function unpack(bytes) {
  return new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function html(parent, tag, properties = {}) {
  const node = Object.assign(document.createElement(tag), properties);
  parent.append(node);
  return node;
}

function svg(parent, tag, attributes = {}) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  parent.append(node);
  return node;
}

function drawStage(root, scene) {
  const [width, height] = scene.size;
  const picture = svg(root, "svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
  svg(picture, "image", { width, height, href: scene.stage });
  return picture;
}

// An inner <svg> clips what leaves the panel; texts may stand outside of it.
function panel(picture, actor) {
  if (actor.kind === "text") return picture;
  const [x, y, width, height] = actor.panel;
  return svg(picture, "svg", { x, y, width, height });
}

// For each kind of actor: makes its nodes and returns what moves them to the controls' positions.
const ACTORS = {
  line(parent, actor, numbers) {
    const line = actor.line && svg(parent, "path", { fill: "none", "stroke-linejoin": "round", ...actor.line });
    const { d: outline, ...style } = actor.marker ?? {};
    const marks = outline && svg(parent, "path", style);
    return (positions) => {
      const points = seen(actor, numbers, positions);
      line?.setAttribute("d", connect(points));
      marks?.setAttribute("d", points.map((p) => (p ? `M${p.x} ${p.y}${outline}` : "")).join(""));
    };
  },

  bars(parent, actor, numbers) {
    const bars = svg(parent, "path", actor.bar);
    const [, , width, height] = actor.panel;
    const half = (actor.width * width) / 2;
    const foot = actor.foot * height;
    return (positions) => {
      const box = (p) => `M${p.x - half} ${foot}V${p.y}h${2 * half}V${foot}z`;
      bars.setAttribute("d", seen(actor, numbers, positions).map((p) => (p ? box(p) : "")).join(""));
    };
  },

  text(parent, actor, numbers) {
    const node = svg(parent, "text", actor.text);
    return (positions) => {
      node.textContent = actor.words[numbers[row(actor.row, positions)]];
      return node.textContent;
    };
  },

  picture(parent, actor) {
    const [, , width, height] = actor.panel;
    const images = actor.images.map((href) => svg(parent, "image", { width, height, href }));
    return (positions) => {
      images.forEach((image, k) => image.setAttribute("visibility", k === positions[actor.over] ? "visible" : "hidden"));
    };
  },
};

function row(place, positions) {
  return place.strides.reduce((at, stride, k) => at + stride * positions[k], place.at);
}

// The actor's points at the controls' positions, in its panel's pixels; null where there is none.
function seen(actor, numbers, positions) {
  const [, , width, height] = actor.panel;
  const [x, y] = [row(actor.x, positions), row(actor.y, positions)];
  const first = actor.span === "head" ? positions[0] : 0;
  const last = actor.span === "all" || actor.span === undefined ? actor.n - 1 : positions[0];
  const points = [];
  for (let k = first; k <= last; k++) {
    const [u, v] = [numbers[x + k], numbers[y + k]];
    points.push(v === MISSING ? null : { x: inside(u, width), y: inside(v, height), last: edge(u) || edge(v) });
  }
  return points;
}

const inside = (u, size) => Math.round(((3 * u) / EDGE - 1) * size * 100) / 100;
const edge = (u) => u === 0 || u === EDGE;

// A line ends where a point is missing and at the edge; the next point starts a new one.
function connect(points) {
  let pen = "M";
  let d = "";
  for (const p of points) {
    if (p) d += `${pen}${p.x} ${p.y}`;
    pen = p && !p.last ? "L" : "M";
  }
  return d;
}

// The question, then what was predicted. Buttons need the attribute to get their keys in JupyterLab.
function ask(fieldset, question, model) {
  function show() {
    const chosen = model.get("prediction");
    fieldset.replaceChildren();
    html(fieldset, "legend", { textContent: question.text });
    if (chosen >= 0) {
      const option = question.options[chosen];
      html(fieldset, "p", { textContent: (option ? `You predicted: ${option}. ` : "") + question.then });
      return;
    }
    [...question.options, "Skip"].forEach((textContent, k) => {
      const button = html(fieldset, "button", { type: "button", textContent, onclick: () => choose(k) });
      if (k === question.options.length) button.className = "course-skip";
      button.dataset.lmSuppressShortcuts = "true";
    });
  }
  function choose(k) {
    model.set("prediction", k);
    model.save_changes();
    fieldset.closest(".course-stage")?.querySelector(".noUi-handle")?.focus();
  }
  model.on("change:prediction", show);
  show();
}

// Once the view stands in its page: hide the static picture, name the sliders, lock or unlock them.
function joinPage(root, scene, model) {
  let twin;
  let box;
  const watch = new MutationObserver(() => dress(box, root, scene, model));
  const arrival = new ResizeObserver(() => {
    twin ??= hideTwin(root, scene.name);
    if (box || !(box = root.closest(".course-stage"))) return;
    watch.observe(box, { childList: true, subtree: true, attributeFilter: ["aria-valuetext"] });
    dress(box, root, scene, model);
  });
  arrival.observe(root);
  model.on("change:prediction", () => box && dress(box, root, scene, model));
  return () => {
    arrival.disconnect();
    watch.disconnect();
    if (twin) twin.style.display = "";
  };
}

// The static picture is the last of its name before the view, in the same output.
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
    if (part.contains(root)) continue;
    part.inert = locked;
    part.style.opacity = locked ? 0.45 : "";
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

export default { render };
