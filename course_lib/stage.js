// The view behind every slider: it looks a scene up by the positions of the controls and draws it.
// It knows nothing of optimisation. How a scene is written down: course_lib/actors.py. The files stage*.js
// are joined to one module, so they need no imports.

const SVG = "http://www.w3.org/2000/svg";

function render({ model, el }) {
  const scene = model.get("scene");
  const numbers = unpack(model.get("numbers"));
  const controls = readControls(scene, model);
  const root = html(el, "div", { className: "course-view" });
  html(root, "style", { textContent: STYLE });
  const question = scene.question && html(root, "fieldset");
  const picture = html(root, "div", { className: "course-panels" });
  picture.setAttribute("role", "img");
  const crops = drawStage(picture, scene);
  const nodes = scene.actors.map((actor) => panel(crops[actor.crop], actor));
  const updates = scene.actors.map((actor, k) => ACTORS[actor.kind](nodes[k], actor, numbers));
  const handles = addHandles(crops, scene, numbers, controls, root);
  const lockTools = addTools(root, scene, nodes, controls);
  const spoken = html(root, "div", { className: "course-spoken", role: "status" });
  let timer;

  function update() {
    const positions = controls.positions();
    const locked = controls.locked();
    const words = updates.map((show) => show(positions)).filter((said, k) => said && !(locked && scene.actors[k].after));
    handles.forEach((show) => show(positions));
    const said = [controls.words(), ...words].map((part) => `${part}.`).join(" ");
    picture.setAttribute("aria-label", `${scene.alt} ${said}`);
    root.classList.toggle("course-locked", locked);
    lockTools(locked);
    return said;
  }
  function move() {
    const said = update();
    clearTimeout(timer); // a screen reader hears the result once the slider rests
    timer = setTimeout(() => { spoken.textContent = said; }, 600);
  }
  scene.controls.forEach((_, k) => model.on(`change:position_${k}`, move));
  model.on("change:prediction", update);
  update();
  if (question) ask(question, scene.question, model);
  const leave = joinPage(root, scene, model);
  return () => { clearTimeout(timer); leave(); };
}

// What the controls say and do. A switch is a checkbox, whose value is true or false.
function readControls(scene, model) {
  const positions = () => scene.controls.map((_, k) => Number(model.get(`position_${k}`)));
  return {
    positions,
    sizes: scene.controls.map((control) => control.options.length),
    locked: () => Boolean(scene.question) && model.get("prediction") < 0,
    words: () => positions().map((p, k) => `${scene.controls[k].label} ${scene.controls[k].options[p]}`).join(", "),
    move(to) {
      to.forEach((p, k) => model.set(`position_${k}`, scene.controls[k].switch ? Boolean(p) : p));
      model.save_changes();
    },
  };
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

// A picture for each panel of the figure; a narrow column stacks them, and none becomes illegibly small.
function drawStage(picture, scene) {
  return scene.crops.map(([x, y, width, height], k) => {
    const crop = svg(picture, "svg", { viewBox: `${x} ${y} ${width} ${height}` });
    const least = Math.ceil(scene.least * width);
    crop.style.cssText = `flex: ${width} 1 ${least}px; min-width: ${least}px; max-width: ${width}px`;
    svg(crop, "image", { x, y, width, height, href: scene.stage[k] });
    const answer = scene.answer[k];
    if (answer) svg(crop, "image", { x, y, width, height, href: answer, class: "course-after" });
    return crop;
  });
}

// An inner <svg> clips what leaves the panel; texts may stand outside of it.
function panel(crop, actor) {
  const shown = { class: actor.after ? "course-after" : "course-actor" };
  if (actor.kind === "text") return svg(crop, "g", shown);
  const [x, y, width, height] = actor.panel;
  return svg(crop, "svg", { x, y, width, height, ...shown });
}

export default { render };
