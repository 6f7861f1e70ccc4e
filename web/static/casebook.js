// Small comforts; every page works without them.
(function () {
  "use strict";

  // A link to something inside a closed part opens that part.
  function reveal() {
    var id = decodeURIComponent(location.hash.slice(1));
    var target = id && document.getElementById(id);
    var opened = false;
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS" && !node.open) {
        node.open = true;
        opened = true;
      }
    }
    if (target && opened) {
      target.scrollIntoView();
    }
  }
  window.addEventListener("hashchange", reveal);
  reveal();
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) {
      reveal();
    }
  });

  // The error summary is read first.
  var summary = document.querySelector(".govuk-error-summary");
  if (summary) {
    summary.setAttribute("tabindex", "-1");
    summary.focus();
  }

  // Files that are too large are named before they are sent, so that nothing typed beside them is put at risk.
  function tooLarge(input) {
    var size = 0;
    Array.prototype.forEach.call(input.files, function (file) {
      size += file.size;
    });
    var large = size > Number(document.body.dataset.mostBytes);
    input.setCustomValidity(large ? document.body.dataset.tooLarge : "");
    return large && !input.reportValidity();
  }
  document.addEventListener("change", function (event) {
    if (event.target.type === "file") {
      tooLarge(event.target);
    }
  });

  // One press is one submission; typed text is not left behind by accident.
  var changed = false;
  document.addEventListener("input", function (event) {
    if (event.target.form && event.target.form.hasAttribute("data-keep")) {
      changed = true;
    }
  });
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (Array.prototype.some.call(event.target.querySelectorAll("input[type=file]"), tooLarge)) {
      event.preventDefault();
      return;
    }
    event.target.dataset.sent = "yes";
    changed = false;
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form").forEach(function (form) {
      delete form.dataset.sent;
    });
  });
  window.addEventListener("beforeunload", function (event) {
    if (changed) {
      event.preventDefault();
    }
  });

  // Printing opens what is folded; a form, or a list of rules by the hundred, stays as the reader left it.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("main details:not([data-stays])").forEach(function (part) {
      part.open = part.open || !part.querySelector("form");
    });
  });
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });
})();
