import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "../api/client";
import type { Session } from "./session";

export interface Who {
  session: Session;
  /** Asks in the name of whoever looks: a user, or somebody with a share link. */
  api: Api;
  username: string | null;
  isAdmin: boolean;
}

export const WhoContext = createContext<Who | null>(null);

export function useWho(): Who {
  const who = useContext(WhoContext);
  if (!who) throw new Error("outside of a session");
  return who;
}

export const useApi = (): Api => useWho().api;
