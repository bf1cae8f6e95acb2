/** Keys of sites that this browser is paired with. They can be used in here, and read by nobody, scripts included. */

export interface Pairing {
  site: string;
  /** 64 hexadecimal digits: the public half. */
  publicKeyHex: string;
  privateKey: CryptoKey;
}

const [DATABASE, STORE] = ["pairings", "pairings"];

/** Null where the browser keeps nothing, and, unless one is to be `made`, where there is no such database. */
function open(made: boolean): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    let request: IDBOpenDBRequest;
    try {
      request = indexedDB.open(DATABASE, 1);
    } catch {
      return resolve(null);
    }
    request.onupgradeneeded = () => {
      if (made) request.result.createObjectStore(STORE, { keyPath: "site" });
      else request.transaction!.abort();
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });
}

async function within<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  const database = await open(mode === "readwrite");
  if (!database) return null;
  try {
    const transaction = database.transaction(STORE, mode);
    const request = ask(transaction.objectStore(STORE));
    return await new Promise<T>((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const readPairings = async (): Promise<Pairing[]> =>
  (await within("readonly", (store) => store.getAll() as IDBRequest<Pairing[]>)) ?? [];

/** In the place of the site's key from before. False: the browser keeps nothing. */
export const keepPairing = async (pairing: Pairing): Promise<boolean> =>
  (await within("readwrite", (store) => store.put(pairing))) !== null;

export const forgetPairing = async (site: string): Promise<void> =>
  void (await within("readwrite", (store) => store.delete(site)));
