-- With the user go memberships, sessions and API keys. $1: user.
delete from users where id = $1
