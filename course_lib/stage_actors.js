// Draws the actors of a scene. How a scene is written down: course_lib/actors.py.

const EDGE = 65534;
const MISSING = 65535;

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
      const now = actor.over.reduce((sum, axis, k) => sum + actor.strides[k] * positions[axis], 0);
      images.forEach((image, k) => image.setAttribute("visibility", k === now ? "visible" : "hidden"));
    };
  },

  cells(parent, actor, numbers) {
    const [, , width, height] = actor.panel;
    const bytes = new Uint8Array(numbers.buffer);
    const image = svg(parent, "image", { width, height, preserveAspectRatio: "none", class: "course-cells" });
    const canvas = Object.assign(document.createElement("canvas"), { width: actor.n, height: actor.m });
    const pen = canvas.getContext("2d");
    const dots = pen.createImageData(actor.n, actor.m);
    return (positions) => {
      const first = row(actor.row, positions);
      for (let k = 0; k < actor.m * actor.n; k++) {
        const above = actor.m - 1 - Math.floor(k / actor.n); // a canvas begins at the top
        const colour = 4 * bytes[first + above * actor.n + (k % actor.n)];
        for (let c = 0; c < 4; c++) dots.data[4 * k + c] = actor.colours[colour + c];
      }
      pen.putImageData(dots, 0, 0);
      image.setAttribute("href", canvas.toDataURL());
    };
  },
};

function row(place, positions) {
  return place.strides.reduce((at, stride, k) => at + stride * positions[k], place.at);
}

// The actor's points at the controls' positions, in its panel's pixels; null where there is none.
function seen(actor, numbers, positions) {
  const first = actor.span === "head" ? positions[0] : 0;
  const last = actor.span === "all" || actor.span === undefined ? actor.n - 1 : positions[0];
  const points = [];
  for (let k = first; k <= last; k++) points.push(pointAt(actor, numbers, positions, k));
  return points;
}

function pointAt(actor, numbers, positions, k) {
  const [, , width, height] = actor.panel;
  const [u, v] = [numbers[row(actor.x, positions) + k], numbers[row(actor.y, positions) + k]];
  return v === MISSING ? null : { x: inside(u, width), y: inside(v, height), last: edge(u) || edge(v) };
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
