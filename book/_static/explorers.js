// Explorers come to life when they come near the window. Until then, and without JavaScript, their still
// pictures stand there.

(() => {
  const here = document.currentScript.src.replace(/explorers\.js.*$/, "");
  const arrived = (window.courseExplorers = {});
  let manager;

  function load(address) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      Object.assign(script, { src: here + address, onload: done, onerror: failed });
      document.head.append(script);
    });
  }

  // html-manager and anywidget are AMD modules. require.js comes late, so that nothing else on the page meets it.
  async function htmlManager() {
    await load("require.js");
    window.requirejs.config({
      baseUrl: here,
      waitSeconds: 0,
      paths: {
        "@jupyter-widgets/html-manager": "html-manager/libembed-amd",
        "@jupyter-widgets/html-manager/dist/libembed-amd": "html-manager/libembed-amd",
      },
    });
    return new Promise((done, failed) => {
      window.requirejs(["@jupyter-widgets/html-manager/dist/libembed-amd"], done, failed);
    });
  }

  function tag(kind, data) {
    const script = document.createElement("script");
    script.type = `application/vnd.jupyter.widget-${kind}+json`;
    script.text = JSON.stringify(data);
    return script;
  }

  async function enliven(place) {
    const name = place.dataset.explorer;
    await Promise.all([load(`explorers/${name}.js`), (manager ??= htmlManager())]);
    const { state, view } = arrived[name];
    place.append(tag("state", state), tag("view", view));
    if (window.MathJax) window.MathJax.Hub ??= { Queue() {} }; // html-manager knows MathJax 2, the page has 3
    (await manager).renderWidgets(place);
  }

  const sight = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        sight.unobserve(target);
        enliven(target);
      }
    },
    { rootMargin: "600px" },
  );
  window.addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll(".bd-article :is(table, pre, figure)")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; // so that the arrow keys scroll it
    }
    for (const place of document.querySelectorAll(".course-explorer")) sight.observe(place);
  });

  // On paper what is folded stands at the end, under the heading of its section.
  let answers;
  window.addEventListener("beforeprint", () => {
    const folded = [...document.querySelectorAll(".bd-article details:not(details details)")];
    if (!folded.length) return;
    answers = document.createElement("section");
    answers.className = "course-answers";
    answers.innerHTML = "<h2>Answers</h2>";
    for (const details of folded) {
      const copy = details.cloneNode(true);
      const heading = document.createElement("h3");
      const section = details.closest("section")?.querySelector("h1, h2, h3, h4")?.firstChild;
      heading.textContent = `${section?.textContent ?? ""}: ${copy.querySelector("summary").textContent}`;
      copy.querySelector("summary").remove();
      answers.append(heading, ...copy.childNodes);
    }
    document.querySelector(".bd-article").append(answers);
  });
  window.addEventListener("afterprint", () => answers?.remove());
})();
