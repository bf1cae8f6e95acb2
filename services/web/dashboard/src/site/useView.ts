import { useCallback, useMemo } from "preact/hooks";
import { go, here, usePlace } from "../lib/router";
import { readView, type View, writeView } from "../lib/view";

export type ChangeView = (changed: Partial<View> | View, how?: { replace?: boolean }) => void;

/** What the address says is to be shown, and what changes it. */
export function useView(): [View, ChangeView] {
  const { search } = usePlace();
  const view = useMemo(() => readView(search), [search]);
  const change = useCallback<ChangeView>((changed, how) => {
    const place = here();
    go(place.path + writeView({ ...readView(place.search), ...changed }) + place.hash, how);
  }, []);
  return [view, change];
}

/** The open details of a dimension are in the address too, so that Back closes them. */
export function useDetails(): [string | null, (dimension: string | null) => void] {
  const { search } = usePlace();
  const open = new URLSearchParams(search).get("details");
  const show = useCallback((dimension: string | null) => {
    const place = here();
    const params = new URLSearchParams(place.search);
    if (dimension) params.set("details", dimension);
    else params.delete("details");
    const text = params.toString();
    go(place.path + (text && `?${text}`) + place.hash);
  }, []);
  return [open, show];
}
