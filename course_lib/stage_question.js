// Asks the question before the controls unlock, and says whether the prediction was right.

function ask(fieldset, question, model) {
  html(fieldset, "legend", { textContent: question.text });
  const buttons = html(fieldset, "div");
  const verdict = html(fieldset, "p");
  verdict.setAttribute("role", "status"); // a screen reader says what appears in it
  [...question.options, "Skip"].forEach((textContent, k) => {
    const button = html(buttons, "button", { type: "button", textContent, onclick: () => choose(k) });
    if (k === question.options.length) button.className = "course-skip";
  });
  function show() {
    const chosen = model.get("prediction");
    buttons.hidden = chosen >= 0;
    verdict.textContent = chosen >= 0 ? judge(question, chosen) : "";
  }
  function choose(k) {
    model.set("prediction", k);
    model.save_changes();
    fieldset.closest(".course-stage")?.querySelector(".noUi-handle")?.focus();
  }
  model.on("change:prediction", show);
  show();
}

function judge(question, chosen) {
  const option = question.options[chosen];
  const right = question.right.includes(chosen);
  const parts = [option && `You predicted: ${option}.`];
  if (option) parts.push(right ? "Right." : "Not quite.");
  parts.push(right ? question.why : question.answer, question.then);
  return parts.filter(Boolean).join(" ");
}
