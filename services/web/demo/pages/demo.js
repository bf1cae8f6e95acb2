// Calls made before the tracker has loaded wait in a queue.
window.uv =
  window.uv ||
  function () {
    (window.uv.q = window.uv.q || []).push(arguments);
  };

for (const button of document.querySelectorAll("button[data-event]")) {
  button.addEventListener("click", () => {
    window.uv("event", button.dataset.event, { page: document.title });
    button.textContent = "Counted. Thank you!";
  });
}
