;; What `l2i load requests` does, line for line, as a small loader in Clojure has it: one regular expression made from the
;; LogFormat, a function that says which bucket a record belongs to, frequencies per minute, line protocol.
;; Arguments: the registered methods, the log.
(ns requests
  (:require [clojure.java.io :as io]
            [clojure.string :as str])
  (:import (java.io BufferedReader)
           (java.time OffsetDateTime)
           (java.time.format DateTimeFormatter)
           (java.util Locale)))

(set! *warn-on-reflection* true)

(def patterns
  {"%h" "(\\S++)" "%l" "\\S++" "%u" "\\S++" "%t" "\\[([^\\]]+)\\]" "%>s" "(\\d+|-)" "%b" "(\\d+|-)" "%D" "(\\d+)"
   "%r" "([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)" "%{Referer}i" "([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)" "%{User-Agent}i" "([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)"})

(defn line-pattern [log-format]
  (re-pattern (str/replace log-format #"%>?(?:\{[^}]+\})?[a-zA-Z]" patterns)))

(def combined-elapsed
  (line-pattern "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D"))

(def ^DateTimeFormatter apache-time (DateTimeFormatter/ofPattern "dd/MMM/yyyy:HH:mm:ss Z" Locale/ENGLISH))

(defn minute [text]
  (let [seconds (.toEpochSecond (OffsetDateTime/parse text apache-time))]
    (- seconds (mod seconds 60))))

(defn parse [line]
  (when-let [[_ client time request status bytes referrer agent elapsed] (re-matches combined-elapsed line)]
    (let [[method uri protocol] (str/split request #" " 3)]
      {:client client :time (minute time) :method method :uri uri :protocol protocol :status status
       :bytes (if (= bytes "-") nil (parse-long bytes)) :referrer referrer :agent agent :elapsed (parse-long elapsed)})))

(defn categorize [registered {:keys [method uri status]}]
  {:method (if (and uri (registered method)) method "invalid") :status (if (= status "-") "none" status)})

(defn add [windows [window bucket bytes]]
  (update windows [window bucket]
          (fn [[n sum]] [(inc (or n 0)) (+ (or sum 0) (or bytes 0))])))

(defn point [[[window {:keys [method status]}] [n sum]]]
  (str "requests,method=" method ",status=" status " count=" n "i,bytes_sum=" sum " " window "000000000"))

(let [[methods log] *command-line-args*
      registered (set (str/split methods #" "))]
  (with-open [^BufferedReader reader (io/reader log :encoding "ISO-8859-1")]
    (->> (line-seq reader)
         (keep parse)
         (map (fn [record] [(:time record) (categorize registered record) (:bytes record)]))
         (reduce add {})
         (map point)
         (run! println))))
