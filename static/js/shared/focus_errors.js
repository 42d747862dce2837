// Focus the error summary after a form was refused.
document.querySelector("[data-focus]")?.focus();
