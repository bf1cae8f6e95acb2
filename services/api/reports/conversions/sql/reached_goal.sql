case when {condition} then {number}::int end
