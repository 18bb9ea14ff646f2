// Points that the reader drags: the controls move to where the point is nearest to the pointer.

const REACH = 17; // radius of the hit area: 24 px across, however narrow the column

// Each handle's nodes; returns what moves them to the controls' positions.
function addHandles(crops, scene, numbers, controls, root) {
  return scene.actors.filter((actor) => actor.drags).map((actor) => {
    const layer = panel(crops[actor.crop], actor);
    layer.style.overflow = "visible";
    const rings = Array.from({ length: actor.n }, (_, k) => {
      const ring = svg(layer, "circle", { r: REACH, class: "course-handle" });
      ring.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false }); // no scrolling
      ring.onpointerdown = (event) => drag(event, { actor, numbers, controls, root, k });
      return ring;
    });
    return (positions) => seen(actor, numbers, positions).forEach((p, k) => {
      rings[k].style.display = p ? "" : "none";
      if (p) for (const axis of "xy") rings[k].setAttribute(`c${axis}`, p[axis]);
    });
  });
}

function drag(event, handle) {
  const ring = event.target;
  const grip = inPanel(ring, event); // where on the handle the pointer took hold of it
  const shift = { x: ring.cx.baseVal.value - grip.x, y: ring.cy.baseVal.value - grip.y };
  event.preventDefault(); // no text is selected
  ring.setPointerCapture(event.pointerId);
  ring.onpointermove = (move) => {
    const pointer = inPanel(ring, move);
    handle.controls.move(nearest(handle, { x: pointer.x + shift.x, y: pointer.y + shift.y }));
  };
  ring.onpointerup = ring.onpointercancel = () => {
    ring.onpointermove = ring.onpointerup = ring.onpointercancel = null;
    const slider = `.course-control-${handle.actor.drags[0]} .noUi-handle`;
    handle.root.closest(".course-stage")?.querySelector(slider)?.focus({ preventScroll: true });
  };
}

// The pointer in the pixels of the panel.
function inPanel(ring, event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(ring.getScreenCTM().inverse());
}

// The positions, of the dragged controls alone others than now, at which the handle is nearest to the
// pointer; of equally near ones (to a pixel) those nearest to the present positions.
function nearest({ actor, numbers, controls, k }, pointer) {
  const now = controls.positions();
  const trial = [...now];
  let best = { positions: now, distance: Infinity, moved: Infinity };
  const visit = ([control, ...rest]) => {
    for (trial[control] = 0; trial[control] < controls.sizes[control]; trial[control]++) {
      if (rest.length) visit(rest);
      else judge();
    }
  };
  const judge = () => {
    const p = pointAt(actor, numbers, trial, k);
    if (!p) return;
    const distance = Math.round(Math.hypot(p.x - pointer.x, p.y - pointer.y));
    const moved = trial.reduce((sum, position, axis) => sum + Math.abs(position - now[axis]), 0);
    if (distance > best.distance || (distance === best.distance && moved >= best.moved)) return;
    best = { positions: [...trial], distance, moved };
  };
  visit(actor.drags);
  return best.positions;
}
