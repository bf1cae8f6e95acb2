import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { Mark } from "../app/Brand";
import { Shell } from "../app/Shell";
import { useWords } from "../i18n/words";
import { WhoContext } from "../session/context";
import { type Session, Visitor } from "../session/session";
import { Title, Trouble } from "../ui/bits";
import { explain } from "../ui/explain";
import { TextField } from "../ui/forms";
import { SiteView } from "./SiteView";

interface Props {
  session: Session;
  /** From the part of the address that browsers send to nobody. */
  token: string;
}

/** What a share link opens: the numbers of one site. */
export function SharedSite({ session, token }: Props) {
  const words = useWords();
  const { t } = words;
  const visitor = useMemo(() => new Visitor(token), [token]);
  const [site, setSite] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const [wasTried, setTried] = useState(false);

  const open = useCallback(
    async (password: string | null) => {
      setBusy(true);
      setTried(password !== null);
      try {
        setSite(await visitor.open(password));
        setProblem(undefined);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        setProblem(error);
      }
      setBusy(false);
    },
    [visitor],
  );
  useEffect(() => {
    setSite("");
    void open(null);
  }, [open]);

  if (site)
    return (
      <WhoContext.Provider value={{ session, api: visitor.api, username: null, isAdmin: false }}>
        <Shell site={site}>
          <SiteView site={site} key={site} />
        </Shell>
      </WhoContext.Provider>
    );
  if (!problem) return null;
  if (problem.slug !== "share-password-needed")
    return (
      <main class="page narrow stack" id="main">
        <Title text={t("share.unavailable")} />
        <Trouble problem={problem} {...(problem.isTemporary ? { onRetry: () => void open(null) } : {})} />
      </main>
    );
  return (
    <main class="login" id="main">
      <div class="brand">
        <Mark />
        PyUniqVisit
      </div>
      <form
        class="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          void open(String(new FormData(event.currentTarget).get("password")));
        }}
      >
        <Title text={t("share.locked")} />
        <TextField label={t("login.password")} name="password" type="password" required autofocus autocomplete="off" />
        <div role="alert">{!isBusy && wasTried && <p class="note bad small">{explain(problem, words)}</p>}</div>
        <button type="submit" class="button main" disabled={isBusy}>
          {t("share.open")}
        </button>
      </form>
    </main>
  );
}
