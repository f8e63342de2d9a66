// Pictures large, in a dialog that is made when the first one is opened. Without this script, and for whoever
// asks for a tab of its own, the link of a picture leads to the whole file.
(() => {
  const words = document.currentScript.dataset;
  const file = /^\/media\/[^.]+(\.(jpg|png|gif|webp|avif))?$/;
  let dialog, caption, links, at, opener, touched;

  const picture = (link) =>
    link.origin === location.origin && file.test(link.pathname) && link.querySelector(":scope > img");

  const button = (label, sign, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.ariaLabel = label;
    made.textContent = sign;
    made.onclick = act;
    return made;
  };

  const show = (number) => {
    at = (number + links.length) % links.length;
    const link = links[at], small = picture(link), large = new Image();
    large.alt = small.alt;
    if (small.srcset) {
      large.sizes = `min(100vw, ${small.getAttribute("width")}px)`;
      large.srcset = small.srcset;
    }
    large.src = link.href;
    dialog.querySelector("img").replaceWith(large);
    const place = links.length > 1 ? `${at + 1}/${links.length}` : "";
    caption.textContent = [small.alt, place].filter(Boolean).join(" · ");
  };

  // To the right is to what comes next where lines run to the right.
  const turn = (right) => show(at + (right === (getComputedStyle(dialog).direction === "ltr") ? 1 : -1));

  const build = () => {
    dialog = document.createElement("dialog");
    dialog.className = "lightbox";
    dialog.ariaLabel = words.label;
    const bar = document.createElement("p");
    bar.append(
      button(words.close, "×", () => dialog.close()),
      button(words.previous, "‹", () => show(at - 1)),
      button(words.next, "›", () => show(at + 1)),
    );
    caption = document.createElement("p");
    caption.dir = "auto";
    caption.ariaLive = "polite";
    dialog.append(bar, new Image(), caption);
    dialog.onclose = () => opener.focus();
    dialog.onclick = (event) => event.target === dialog && dialog.close();
    dialog.onkeydown = (event) => {
      if (!/^Arrow(Left|Right)$/.test(event.key) || modified(event)) return;
      event.preventDefault();
      turn(event.key === "ArrowRight");
    };
    dialog.ontouchstart = (event) => (touched = event.touches.length === 1 && event.touches[0]);
    dialog.ontouchend = (event) => {
      const end = event.changedTouches[0];
      const x = touched ? end.clientX - touched.clientX : 0, y = touched ? end.clientY - touched.clientY : 0;
      // Who has enlarged the page moves about in it.
      if (Math.abs(x) > 40 && Math.abs(x) > 2 * Math.abs(y) && visualViewport.scale === 1) turn(x < 0);
    };
    document.body.append(dialog);
  };

  const modified = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || modified(event) || !picture(link)) return;
    event.preventDefault();
    if (!dialog) build();
    opener = link;
    links = [...(link.closest(".grid, article, main") || document).querySelectorAll("a[href]")].filter(picture);
    for (const one of dialog.querySelectorAll("button:not(:first-child)")) one.hidden = links.length < 2;
    dialog.showModal();
    show(links.indexOf(link));
  });
})();
