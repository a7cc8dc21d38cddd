# Cuts lines at the quotes, so that a line is seven fields and neither referrer nor user agent is looked at; what is rare is put right
# at the end. For requests.awk and latency.awk, which come behind it. `-v methods=` lists the registered methods; set LC_ALL=C.
BEGIN {
  FS = "\""
  split(methods, names, " ")
  for (i in names) registered[names[i]]
}

# An escape before a quote makes a field too many: take the escapes out, which cuts the line again. Else it is torn.
NF != 7 {
  gsub(/\\./, "__")
  if (NF != 7) next
}
