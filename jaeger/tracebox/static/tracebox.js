// Conveniences only: every page works without this file.
const setAll = (open) => document.querySelectorAll(".waterfall details").forEach((span) => { span.open = open; });
document.querySelectorAll(".js").forEach((part) => { part.style.display = "block"; });
document.getElementById("open")?.addEventListener("click", () => setAll(true));
document.getElementById("close")?.addEventListener("click", () => setAll(false));
document.querySelector("select[name=service]")?.addEventListener("change", (event) => {
  event.target.form.elements.operation.value = "";
  event.target.form.submit();
});
