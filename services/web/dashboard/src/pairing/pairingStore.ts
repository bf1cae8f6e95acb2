/** The keys of paired sites, in IndexedDB. Scripts can sign with them but cannot read them. */

export interface Pairing {
  site: string;
  /** The public key, as 64 hexadecimal digits. */
  publicKeyHex: string;
  privateKey: CryptoKey;
}

const [DATABASE, STORE] = ["pairings", "pairings"];

/** Null if the browser stores nothing, or if there is no database yet and `create` is false. */
function openDatabase(create: boolean): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    let request: IDBOpenDBRequest;
    try {
      request = indexedDB.open(DATABASE, 1);
    } catch {
      return resolve(null);
    }
    request.onupgradeneeded = () => {
      if (create) request.result.createObjectStore(STORE, { keyPath: "site" });
      else request.transaction!.abort();
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });
}

async function runTransaction<T>(
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | null> {
  const database = await openDatabase(mode === "readwrite");
  if (!database) return null;
  try {
    const transaction = database.transaction(STORE, mode);
    const request = run(transaction.objectStore(STORE));
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

/** Replaces an earlier key of the same site. Returns false if the browser stores nothing. */
export const savePairing = async (pairing: Pairing): Promise<boolean> =>
  (await runTransaction("readwrite", (store) => store.put(pairing))) !== null;

export const deletePairing = async (site: string): Promise<void> =>
  void (await runTransaction("readwrite", (store) => store.delete(site)));
