# What `l2i load latency` counts, as one writes it in awk: minute, route, bucket of the time taken → lines; sum, minimum and
# maximum of the time.
{
  end = index($2, " ")
  if (substr($2, end + 1, 1) == "/" && substr($2, 1, end - 1) in registered) {
    path = substr($2, end + 2)
    route = match(path, /[\/?#; ]/) ? substr(path, 1, RSTART - 1) : path
    if (route == "") route = routeOf(substr($2, end + 1))
  } else route = oddRoute($2, end)
  elapsed = $7 + 0
  bucket = elapsed <= 5000 ? "0.005" : elapsed <= 10000 ? "0.01" : elapsed <= 25000 ? "0.025" : elapsed <= 50000 ? "0.05" : \
    elapsed <= 100000 ? "0.1" : elapsed <= 250000 ? "0.25" : elapsed <= 500000 ? "0.5" : elapsed <= 1000000 ? "1" : \
    elapsed <= 2500000 ? "2.5" : elapsed <= 5000000 ? "5" : elapsed <= 10000000 ? "10" : elapsed <= 30000000 ? "30" : \
    elapsed <= 60000000 ? "60" : "+Inf"
  key = substr($1, index($1, "[") + 1, 17) "\t" route "\t" bucket
  if (!count[key]++) least[key] = most[key] = elapsed
  else if (elapsed < least[key]) least[key] = elapsed
  else if (elapsed > most[key]) most[key] = elapsed
  sum[key] += elapsed
}

END { for (key in count) printf "%s\t%.0f\t%.0f\t%.0f\t%.0f\n", key, count[key], sum[key], least[key], most[key] }

# Of what strangers send: no method, a method that nobody has registered, a whole URL, `*`, no URI at all.
function oddRoute(request, end,    method, uri) {
  method = substr(request, 1, end - 1)
  uri = substr(request, end + 1)
  if (end < 2 || method == "-" || method ~ /[^-!#$%&'*+.^_`|~0-9A-Za-z]/) return "invalid"
  sub(/ HTTP\/[0-9.]+$/, "", uri)
  if (uri == "*") return uri
  if (uri ~ /^https?:\/\//) {
    sub(/^https?:\/\/[^\/]*/, "", uri)
    return routeOf(uri)
  }
  return substr(uri, 1, 1) == "/" ? routeOf(uri) : "invalid"
}

function routeOf(path) {
  sub(/ HTTP\/[0-9.]+$/, "", path)
  sub(/^\/+/, "", path)
  sub(/[\/?#;].*/, "", path)
  return path == "" ? "/" : path
}
