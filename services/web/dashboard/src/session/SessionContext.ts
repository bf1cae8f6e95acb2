import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ApiClient } from "../api/client";
import type { Session } from "./session";

export interface SessionContextValue {
  session: Session;
  /** Makes requests as the current user, share link or paired device. */
  api: ApiClient;
  username: string | null;
  isAdmin: boolean;
}

export const SessionContext = createContext<SessionContextValue | null>(null);

export function useSession(): SessionContextValue {
  const who = useContext(SessionContext);
  if (!who) throw new Error("outside of a session");
  return who;
}

export const useApi = (): ApiClient => useSession().api;
