// Asks the question before the controls unlock.

// The question, then what was predicted.
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
