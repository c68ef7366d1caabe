// @ts-check
// The visitor's own picture, kept in this tab so that reload, back and forward find it again. It goes into no link.

const KEY = "layerlab-picture";

/**
 * @param {Blob} picture
 * @param {string} name
 */
export async function keepPicture(picture, name) {
  const url = await readAsUrl(picture);
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ url, name }));
  } catch {
    sessionStorage.removeItem(KEY); // too large: it then lasts until the page is left
  }
}

/** @returns {{picture: Blob, name: string} | null} */
export function keptPicture() {
  try {
    const { url, name } = JSON.parse(sessionStorage.getItem(KEY) ?? "null") ?? {};
    return url ? { picture: fromUrl(url), name } : null;
  } catch {
    return null;
  }
}

/**
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
function readAsUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/**
 * By hand: the page's policy lets fetch() reach this server only, and no `data:`.
 * @param {string} url
 */
function fromUrl(url) {
  const [head, body] = url.split(",");
  const bytes = Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0));
  return new Blob([bytes], { type: /data:([^;]*)/.exec(head)?.[1] });
}
