/* Looks again every few seconds while work goes on, unless somebody is in the middle of something. */
setTimeout(function () {
  var at = document.activeElement;
  if (!at || at === document.body || at.id === "content") { location.reload(); }
}, 4000);
