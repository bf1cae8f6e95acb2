import { useCallback, useMemo } from "preact/hooks";
import { currentLocation, navigate, useLocation } from "../lib/router";
import { parseView, serializeView, type View } from "../lib/view";

export type ChangeView = (changes: Partial<View> | View, options?: { replace?: boolean }) => void;

/** The view in the URL, and a function that changes it. */
export function useView(): [View, ChangeView] {
  const { search } = useLocation();
  const view = useMemo(() => parseView(search), [search]);
  const changeView = useCallback<ChangeView>((changes, how) => {
    const location = currentLocation();
    navigate(location.path + serializeView({ ...parseView(location.search), ...changes }) + location.hash, how);
  }, []);
  return [view, changeView];
}

/** The dimension whose breakdown is open. It is in the URL, so that Back closes it. */
export function useOpenBreakdown(): [string | null, (dimension: string | null) => void] {
  const { search } = useLocation();
  const open = new URLSearchParams(search).get("details");
  const show = useCallback((dimension: string | null) => {
    const location = currentLocation();
    const params = new URLSearchParams(location.search);
    if (dimension) params.set("details", dimension);
    else params.delete("details");
    const text = params.toString();
    navigate(location.path + (text && `?${text}`) + location.hash);
  }, []);
  return [open, show];
}
