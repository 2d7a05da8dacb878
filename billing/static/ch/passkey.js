// Asks the browser for a passkey before a form is sent. What is asked stands in the form, the answer goes with it.
(() => {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-passkey-error]");
    form.addEventListener("submit", async (event) => {
      if (event.submitter?.hasAttribute("data-passkey-skip")) return;
      event.preventDefault();
      failed.hidden = true;
      try {
        const answer = await window.webauthnJSON[form.dataset.passkey](JSON.parse(form.dataset.question));
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  }
})();
