import { useState } from "preact/hooks";
import type { Client } from "./api";
import { Dashboard } from "./Dashboard";
import { LogIn } from "./LogIn";

export function App() {
  const [client, setClient] = useState<Client>();
  const [notice, setNotice] = useState("");

  const leave = (why: string) => {
    setNotice(why);
    setClient(undefined);
  };

  return client ? <Dashboard client={client} onLeave={leave} /> : <LogIn notice={notice} onClient={setClient} />;
}
