// Before the first paint: the look that was chosen here. Without a choice the system's holds.
try {
  const { state } = JSON.parse(localStorage.getItem("glasshouse.theme") ?? "{}");
  if (state?.theme) document.documentElement.dataset.theme = state.theme;
} catch {
  // A shop without storage is a shop all the same.
}
