// The view behind every slider: it looks a scene up by the positions of the controls and draws it.
// It knows nothing of optimisation. How a scene is written down: course_lib/actors.py.

const SVG = "http://www.w3.org/2000/svg";

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

export default { render };
