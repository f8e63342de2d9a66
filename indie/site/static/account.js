// Tries whether the header Authorization arrives: a server in front may take it away, and then no app can post.
const place = document.querySelector("[data-authorization]");
const said = (sentence) => { place.textContent = sentence; place.nextElementSibling.hidden = true; };
fetch(place.dataset.authorization, { headers: { Authorization: "Bearer test" }, credentials: "omit", cache: "no-store" })
  .then(async (answer) => (answer.headers.get("WWW-Authenticate") ?? "") + (await answer.text()))
  .then((text) => said(text.includes("invalid_token")
    ? place.dataset.arrives : place.dataset.lost))
  .catch(() => {});
