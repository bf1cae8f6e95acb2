import { useEffect, useState } from "preact/hooks";
import { ApiError, type Client, type Site } from "./api";
import { Choice } from "./Choice";
import { PERIODS } from "./periods";
import { SiteStats } from "./SiteStats";
import { Snippet } from "./Snippet";

interface Props {
  client: Client;
  onLeave: (why: string) => void;
}

export function Dashboard({ client, onLeave }: Props) {
  const [sites, setSites] = useState<Site[]>();
  const [error, setError] = useState("");
  const [name, setName] = useState("");
  const [period, setPeriod] = useState(PERIODS[0]!);

  const fail = (problem: Error) => {
    if (problem instanceof ApiError && problem.status === 401) onLeave("Your session has ended. Please log in again.");
    else setError(problem.message);
  };

  useEffect(() => {
    client.sites().then((found) => {
      setSites(found);
      setName(found[0]?.name ?? "");
    }, fail);
  }, [client]);

  const site = sites?.find((candidate) => candidate.name === name);

  return (
    <>
      <header class="bar">
        <strong>PyUniqVisit</strong>
        <button class="quiet" onClick={() => onLeave("")}>
          Log out
        </button>
      </header>
      <main class="page">
        {error && (
          <p class="error" role="alert">
            {error}
          </p>
        )}
        {sites?.length === 0 && <p class="hint">There is no site yet.</p>}
        {site && (
          <>
            <div class="controls">
              <label class="site">
                <span class="hidden">Site</span>
                <select value={name} onChange={(event) => setName(event.currentTarget.value)}>
                  {sites!.map((each) => (
                    <option key={each.name}>{each.name}</option>
                  ))}
                </select>
              </label>
              <Choice
                name="Period"
                options={PERIODS}
                value={period.value}
                onChoose={(value) => setPeriod(PERIODS.find((each) => each.value === value)!)}
              />
            </div>
            <SiteStats client={client} site={site.name} period={period} onError={fail} />
            <Snippet site={site.name} />
          </>
        )}
      </main>
    </>
  );
}
