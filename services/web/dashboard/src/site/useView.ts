import { useCallback, useMemo } from "preact/hooks";
import { currentLocation, navigate, useLocation } from "../lib/router";
import { parseView, serializeView, type View } from "../lib/view";

export type ChangeView = (changed: Partial<View> | View, how?: { replace?: boolean }) => void;

/** The view in the URL, and a function that changes it. */
export function useView(): [View, ChangeView] {
  const { search } = useLocation();
  const view = useMemo(() => parseView(search), [search]);
  const changeView = useCallback<ChangeView>((changed, how) => {
    const place = currentLocation();
    navigate(place.path + serializeView({ ...parseView(place.search), ...changed }) + place.hash, how);
  }, []);
  return [view, changeView];
}

/** The dimension whose breakdown is open. It is in the URL, so that Back closes it. */
export function useOpenBreakdown(): [string | null, (dimension: string | null) => void] {
  const { search } = useLocation();
  const open = new URLSearchParams(search).get("details");
  const show = useCallback((dimension: string | null) => {
    const place = currentLocation();
    const params = new URLSearchParams(place.search);
    if (dimension) params.set("details", dimension);
    else params.delete("details");
    const text = params.toString();
    navigate(place.path + (text && `?${text}`) + place.hash);
  }, []);
  return [open, show];
}
