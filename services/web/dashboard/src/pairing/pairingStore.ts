/** Keys of sites that this browser is paired with. They can be used in here, and read by nobody, scripts included. */

export interface Pairing {
  site: string;
  /** 64 hexadecimal digits: the public half. */
  publicKeyHex: string;
  privateKey: CryptoKey;
}

const [DATABASE, STORE] = ["pairings", "pairings"];

/** Null where the browser keeps nothing, and, unless one is to be `made`, where there is no such database. */
function openDatabase(made: boolean): Promise<IDBDatabase | null> {
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

async function runTransaction<T>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | null> {
  const database = await openDatabase(mode === "readwrite");
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

export const loadPairings = async (): Promise<Pairing[]> =>
  (await runTransaction("readonly", (store) => store.getAll() as IDBRequest<Pairing[]>)) ?? [];

/** In the place of the site's key from before. False: the browser keeps nothing. */
export const savePairing = async (pairing: Pairing): Promise<boolean> =>
  (await runTransaction("readwrite", (store) => store.put(pairing))) !== null;

export const deletePairing = async (site: string): Promise<void> =>
  void (await runTransaction("readwrite", (store) => store.delete(site)));
