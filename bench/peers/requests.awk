# What `l2i load requests` counts, as one writes it in awk to be fast: minute, method, status → lines and sum of bytes.
{
  method = substr($2, 1, index($2, " ") - 1)
  if (!(method in registered)) method = "invalid"
  # The third field is ` 200 512 `.
  key = substr($1, index($1, "[") + 1, 17) "\t" method "\t" substr($3, 2, 3)
  count[key]++
  bytes[key] += substr($3, 6)
}

END {
  for (key in count) {
    name = key
    sub(/- -$/, "none", name)
    printf "%s\t%.0f\t%.0f\n", name, count[key], bytes[key]
  }
}
