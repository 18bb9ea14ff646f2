// Keep leaves what is drawn as a pale ghost, to compare with; Reset returns to the start.

const NAMES = ["A", "B", "C"];

// The two buttons and the list of what is kept; returns what locks them.
function addTools(root, scene, nodes, controls) {
  const bar = html(root, "div", { className: "course-tools" });
  const kept = [];
  html(bar, "button", { type: "button", textContent: "Keep", onclick: keep });
  html(bar, "button", { type: "button", textContent: "Reset", onclick: reset });
  const list = html(bar, "ul");
  list.setAttribute("aria-live", "polite");

  function keep() {
    const words = controls.words();
    if (kept.some((ghost) => ghost.words === words)) return;
    if (kept.length === NAMES.length) forget(kept.shift());
    const name = NAMES.find((free) => kept.every((ghost) => ghost.name !== free));
    const moving = scene.actors.map((actor, k) => [nodes[k], actor]).filter(([, actor]) => isMoving(actor));
    const drawn = moving.map(([node, actor]) => leave(node, name, actor.kind));
    kept.push({ name, words, drawn, item: html(list, "li", { textContent: `${name}: ${words}` }) });
  }
  function reset() {
    kept.splice(0).forEach(forget);
    controls.move(scene.start);
  }
  return (locked) => { bar.inert = locked; };
}

function forget(ghost) {
  for (const node of [...ghost.drawn, ghost.item]) node.remove();
}

// Lines, points and bars that depend on a control, but not the head of a trail.
function isMoving(actor) {
  if (!["line", "bars"].includes(actor.kind) || actor.span === "head") return false;
  return actor.span === "trail" || [...actor.x.strides, ...actor.y.strides].some((stride) => stride > 0);
}

// A copy behind the actor, with a name at its end, inside the panel; of bars the outline before them.
function leave(node, name, kind) {
  const ghost = node.cloneNode(true);
  ghost.classList.add("course-ghost", `course-ghost-${kind}`);
  if (kind === "bars") node.after(ghost);
  else node.before(ghost);
  const path = ghost.querySelector("path");
  if (path?.getAttribute("d")) {
    const { x, y } = path.getPointAtLength(kind === "bars" ? 0 : path.getTotalLength());
    const top = kind === "bars" ? path.getBBox().y : y;
    const place = { x: Math.min(x + 8, ghost.width.baseVal.value - 14), y: Math.max(top - 8, 14) };
    svg(ghost, "text", { ...place, "font-size": 15 }).textContent = name;
  }
  return ghost;
}
