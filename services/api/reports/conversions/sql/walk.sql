walked_{number} as (
    select *, min(n) filter (where is_{number} and n > n_{before}) over (partition by {walker}) as n_{number}
    from walked_{before}
)
