/*
 * The first thing in <body>: style that needs script to undo it (a closed menu, say) applies only where script
 * runs. A file of its own, because the pages carry no script within them.
 */
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
