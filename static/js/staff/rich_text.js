// Turns rich text areas into a small editor. Without scripts they accept markup.
const areas = document.querySelectorAll("textarea[data-rich-text]");

if (areas.length) {
  const { labels } = JSON.parse(areas[0].dataset.richText);
  const known = window.gettext ?? ((text) => text);
  window.gettext = (text) => labels[text] ?? known(text);
  const editor = await import("django-prose-editor/editor");
  const nonce = document.querySelector("script[nonce]")?.nonce;

  // The toolbar has English icon labels, and disabled buttons that only look so. Its buttons get labels in the page's language.
  const name = (frame) => {
    for (const button of frame.querySelectorAll(".prose-menubar [data-name]")) {
      button.setAttribute("aria-disabled", button.classList.contains("disabled"));
      const label = labels[button.dataset.name];
      if (!label) continue;
      if (button.classList.contains("prose-menubar__option")) {
        if (button.firstElementChild.textContent !== label) button.firstElementChild.textContent = label;
      }
      else {
        button.title = label;
        button.setAttribute("aria-label", label);
      }
    }
    // The label is updated on every change of the paragraph type: "paragraph", "heading 3".
    for (const button of frame.querySelectorAll(".prose-menubar__selected > button")) {
      const label = labels[button.title.replace(" ", "")];
      if (label) {
        button.title = label;
        button.setAttribute("aria-label", label);
      }
    }
  };

  const begin = (area) => {
    if (area.id.includes("__prefix__") || area.closest(".prose-editor")) return;
    const { levels } = JSON.parse(area.dataset.richText);
    const frame = document.createElement("div");
    frame.className = "prose-editor";
    area.before(frame);
    frame.append(area);
    new editor.Editor({
      element: frame,
      content: area.value,
      injectNonce: nonce,
      editorProps: {
        attributes: {
          role: "textbox",
          "aria-multiline": "true",
          "aria-label": document.querySelector(`label[for="${area.id}"]`)?.textContent.trim() ?? "",
        },
      },
      extensions: [
        editor.Document,
        editor.Paragraph,
        editor.Text,
        editor.HardBreak,
        editor.Heading.configure({ levels }),
        editor.Bold,
        editor.Italic,
        editor.BulletList,
        editor.OrderedList.configure({ enableListAttributes: false }),
        editor.ListItem,
        editor.Blockquote,
        editor.Link.configure({ enableTarget: false }),
        editor.History,
        editor.Gapcursor,
        editor.Dropcursor,
        editor.Menu,
      ],
      onUpdate: ({ editor: current }) => {
        area.value = current.isEmpty ? "" : current.getHTML();
        area.dispatchEvent(new Event("input", { bubbles: true }));
      },
    });
    name(frame);
    new MutationObserver(() => name(frame)).observe(frame, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["class"],
    });
  };

  areas.forEach(begin);
  document.addEventListener("formset:added", (event) => {
    event.target.querySelectorAll("textarea[data-rich-text]").forEach(begin);
  });
}
