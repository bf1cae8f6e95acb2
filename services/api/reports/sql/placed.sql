-- A region or a city with its country: there is a Springfield in many.
case when {row}.{column} = '' then '' else {row}.country || '/' || {row}.{column} end
