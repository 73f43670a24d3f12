customElements.define('otp-widget', class extends HTMLElement {});
