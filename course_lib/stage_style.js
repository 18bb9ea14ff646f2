// How the view and its controls look.

const STYLE = `${THEMES}
.course-view { max-width: 100%; font-family: var(--jp-content-font-family, inherit); }
.course-panels { display: flex; flex-wrap: wrap; align-items: start; gap: 8px 4px; overflow-x: auto; }
.course-panels > svg { display: block; height: auto; background: white; }
.course-ghost > path { opacity: 0.4; }
.course-ghost-bars > path { opacity: 0.8; fill: none; stroke: black; stroke-width: 1.5; stroke-dasharray: 4 3; }
.course-tools { display: flex; flex-wrap: wrap; align-items: baseline; margin: .3em 0; }
.course-tools ul { display: flex; flex-wrap: wrap; gap: 0 1.2em; list-style: none; margin: 0; padding: 0; }
.course-locked .course-after, .course-locked .course-handle { display: none !important; }
.course-handle { fill: transparent; stroke: #0072B2; stroke-opacity: 0.5; stroke-width: 1.5; stroke-dasharray: 3 3;
  cursor: grab; touch-action: none; pointer-events: all; }
.course-handle:hover { stroke-opacity: 1; }
.course-handle:active { cursor: grabbing; }
.course-cells { image-rendering: pixelated; }
.course-view svg text { font-family: "DejaVu Sans", Verdana, sans-serif; }
.course-view fieldset { border: 0; border-left: 4px solid #0072B2; margin: 0 0 .6em; padding: .1em .8em; }
.course-view legend { float: left; width: 100%; margin: 0; padding: 0 0 .3em; font-weight: 600;
  font-size: inherit; line-height: inherit; }
.course-view legend ~ * { clear: left; }
.course-view button { font: inherit; color: inherit; background: none; border: 1px solid currentColor;
  border-radius: 4px; padding: .2em .7em; margin: .1em .4em .2em 0; cursor: pointer; }
.course-view button:hover { border-color: #0072B2; box-shadow: inset 0 0 0 1px #0072B2; }
.course-view button.course-skip { border-color: transparent; text-decoration: underline; }
.course-view p { margin: 0; }
.course-stage .widget-radio { display: flex; align-items: center; gap: .6em; }
.course-stage .widget-radio-box { margin: 0 !important; }
.course-view .course-spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.course-stage [inert] { opacity: 0.65; }
.course-stage .noUi-target, .course-stage .noUi-connects { background: #767676; border-color: #767676; }
.course-stage .noUi-handle { background: #0072B2; border: 2px solid white; outline: 1px solid #767676; }
.course-stage .noUi-handle:focus-visible { outline: 3px solid #56B4E9; }
.course-stage.jupyter-widgets-disconnected::before,
.course-stage .jupyter-widgets-disconnected::before { content: none; }
`;
