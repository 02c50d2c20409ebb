// The page loads anew: once, however many of its parts find out that the session has ended. A second
// word would break off the first one's way.
let isLeaving = false;

export function loadAnew() {
  if (isLeaving) return;
  isLeaving = true;
  location.reload();
}
