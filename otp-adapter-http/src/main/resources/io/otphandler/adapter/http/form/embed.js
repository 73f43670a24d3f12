/** The vendor's way: forms named in `window.OTP_WIDGETS`, each drawn into a container of the page. */
function embed({widgetId, containerId, locale, autofocus, tokenUrl, theme}) {
  const container = document.getElementById(containerId);
  if (!container || container.querySelector('otp-widget')) return;
  const attributes = {
    'widget-id': widgetId,
    'token-url': tokenUrl || container.dataset.tokenUrl || SCRIPT?.dataset.tokenUrl,
    locale,
    theme,
    autofocus: autofocus ? '' : undefined,
  };
  const form = document.createElement('otp-widget');
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== null) form.setAttribute(name, value);
  container.append(form);
}

function embedAll() {
  const list = Array.isArray(globalThis.OTP_WIDGETS) ? globalThis.OTP_WIDGETS : (globalThis.OTP_WIDGETS = []);
  list.forEach(embed);
  // those that are named later
  list.push = (...more) => {
    more.forEach(embed);
    return Array.prototype.push.apply(list, more);
  };
}

if (!customElements.get('otp-widget')) {
  customElements.define('otp-widget', OtpWidget);
  globalThis.OtpWidget = OtpWidget;
  globalThis.OtpClient = OtpClient;
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', embedAll);
  else embedAll();
}
