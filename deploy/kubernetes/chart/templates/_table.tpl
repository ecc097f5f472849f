{{/* Reads the table of parts and makes the secret values, once for all templates: they are kept in .Values.made. */}}
{{- define "glasshouse.init" -}}
{{- if not (hasKey .Values "made") -}}
{{- $table := .Files.Get "files/table.yaml" | fromYaml -}}
{{- if not $table.parts -}}{{- fail "The chart is not packed: python -m deploy.kubernetes.pack" -}}{{- end -}}
{{- $parts := dict -}}
{{- range $name, $part := $table.parts -}}
  {{- $own := get $.Values.parts $name | default dict -}}
  {{- $inside := true -}}
  {{- if $part.store -}}{{- $inside = get (get $.Values.stores $part.store) "inside" -}}{{- end -}}
  {{- if not (include "glasshouse.isOn" (dict "root" $ "when" $part.when)) -}}{{- $inside = false -}}{{- end -}}
  {{- if and $inside (ne (toString (get $own "enabled")) "false") -}}
    {{- range $sidecar, $container := $part.sidecars -}}
      {{- if not (include "glasshouse.isOn" (dict "root" $ "when" $container.when)) -}}{{- $_ := unset $part.sidecars $sidecar -}}{{- end -}}
    {{- end -}}
    {{- $_ := set $parts $name (mergeOverwrite (deepCopy $part) (omit $own "enabled")) -}}
  {{- end -}}
{{- end -}}
{{- if .Values.backup.enabled -}}
  {{- if not .Values.network.policies -}}{{- fail "backup.enabled needs network.policies: nothing else keeps others from the gateway's door for it" -}}{{- end -}}
{{- else -}}
  {{- $_ := unset (get $table.parts "gateway").ports "pause" -}}
  {{- if hasKey $parts "gateway" -}}{{- $_ := unset (get $parts "gateway").ports "pause" -}}{{- end -}}
{{- end -}}
{{- if and .Values.tracing.tailSampling.enabled (hasKey $parts "jaeger") -}}
  {{- $_ := unset (get $parts "jaeger").ports "span-metrics" -}}{{/* Jaeger counts nothing then (traces.py) */}}
{{- end -}}
{{- $colors := list .Values.rollout.active -}}
{{- range $color := list "blue" "green" -}}
  {{- if and (ne $color $.Values.rollout.active) (get $.Values.rollout.tags $color) -}}{{- $colors = append $colors $color -}}{{- end -}}
{{- end -}}
{{- if eq .Values.rollout.kind "argo" -}}
  {{- if gt (len $colors) 1 -}}{{- fail "rollout.tags are of rollout.kind deployment: Argo Rollouts keeps the version before by itself" -}}{{- end -}}
  {{- $colors = list "" -}}
{{- end -}}
{{- if and .Values.monitoring.operator (ne .Values.mesh "none") -}}
  {{- fail "monitoring.operator and mesh exclude each other: a Prometheus outside of the mesh is not heard" -}}
{{- end -}}
{{- $made := dict "table" $table "parts" $parts "colors" $colors -}}
{{- $_ := set $made "edges" (include "glasshouse.edges" (dict "root" . "table" $table "parts" $parts) | fromYamlArray) -}}
{{- $_ := set .Values "made" $made -}}
{{- $_ := set $made "values" (include "glasshouse.values" . | fromYaml) -}}
{{- end -}}
{{- end -}}

{{/* The edges between parts that are there, with the number of the port. */}}
{{- define "glasshouse.edges" -}}
{{- $found := list -}}
{{- range $edge := .table.edges -}}
  {{- if and (hasKey $.parts $edge.target) (or (hasKey $.parts $edge.source) (has $edge.source (list "prepare" "backup"))) (include "glasshouse.isOn" (dict "root" $.root "when" $edge.when)) -}}
    {{- $part := get $.parts $edge.target -}}
    {{- $ports := include "glasshouse.ports" $part | fromYaml -}}
    {{- $found = append $found (merge (dict "number" (get $ports $edge.port)) $edge) -}}
  {{- end -}}
{{- end -}}
{{- toYaml $found -}}
{{- end -}}

{{/* Whether a value has brought something: "" is always there, !<value> goes with it, and + is both. root, when. */}}
{{- define "glasshouse.isOn" -}}
{{- if not .when -}}yes
{{- else -}}
  {{- $isOn := true -}}
  {{- range $one := splitList "+" .when -}}
    {{- $is := $.root.Values -}}
    {{- range splitList "." (trimPrefix "!" $one) -}}{{- $is = get $is . -}}{{- end -}}
    {{- $isOn = and $isOn (ne $is.enabled (hasPrefix "!" $one)) -}}
  {{- end -}}
  {{- if $isOn -}}yes{{- end -}}
{{- end -}}
{{- end -}}

{{/* Every port of a part's pods, those of its sidecars included. */}}
{{- define "glasshouse.ports" -}}
{{- $ports := deepCopy .ports -}}
{{- range $_, $sidecar := .sidecars -}}{{- $ports = merge $ports $sidecar.ports -}}{{- end -}}
{{- toYaml $ports -}}
{{- end -}}

{{/* Namespaces from which somebody asks our Prometheus. */}}
{{- define "glasshouse.askers" -}}
{{- $found := list -}}
{{- with .Values.autoscaling.metricsNamespace -}}{{- $found = append $found . -}}{{- end -}}
{{- if eq .Values.rollout.kind "argo" -}}{{- $found = append $found .Values.rollout.controllerNamespace -}}{{- end -}}
{{- toYaml (uniq $found) -}}
{{- end -}}

{{/* The secret values: those that are there stay as they are, the others are made. */}}
{{- define "glasshouse.values" -}}
{{- $secret := lookup "v1" "Secret" .Release.Namespace (.Values.secrets.existing | default "glasshouse") -}}
{{- $there := get ($secret | default dict) "data" | default dict -}}
{{- $values := dict -}}
{{- range $name, $kind := .Values.made.table.values -}}
  {{- if hasKey $there $name -}}
    {{- $_ := set $values $name (get $there $name | b64dec) -}}
  {{- else if not $.Values.secrets.existing -}}
    {{- if eq $kind "fernet" -}}
      {{- $_ := set $values $name (randBytes 32 | replace "+" "-" | replace "/" "_") -}}
    {{- else if eq $kind "ed25519" -}}
      {{- $_ := set $values $name (genPrivateKey "ed25519") -}}
    {{- else if eq $kind "password" -}}
      {{- $_ := set $values $name (randAlphaNum 32) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- if and (not .Values.secrets.existing) (not (hasKey $values "gateway.crt")) -}}
  {{- $pair := genSelfSignedCertWithKey "localhost" (list "127.0.0.1") (list "localhost" "gateway") 825 (genPrivateKey "ecdsa") -}}
  {{- $_ := set $values "gateway.crt" $pair.Cert -}}
  {{- $_ := set $values "gateway.key" $pair.Key -}}
{{- end -}}
{{- toYaml $values -}}
{{- end -}}

{{/* A text in which placeholders stand for values. root, path: of the file. */}}
{{- define "glasshouse.composed" -}}
{{- $text := .root.Files.Get .path -}}
{{- range $name, $value := .root.Values.made.values -}}{{- $text = replace (printf "<%s>" $name) $value $text -}}{{- end -}}
{{- $url := .root.Values.alerts.webhookUrl -}}
{{- $text = $text | replace "<alert_receiver>" (ternary "webhook" "nobody" (ne $url "")) -}}
{{- $text = $text | replace "<alert_webhook_url>" ($url | default "http://127.0.0.1:9/") -}}
{{- if .root.Values.secrets.existing -}}
  {{- range $name, $_ := .root.Values.made.table.values -}}
    {{- if contains (printf "<%s>" $name) $text -}}
      {{- fail (printf "The Secret %s has no value %s, or no cluster was asked for it (helm template): a store that runs inside needs it." $.root.Values.secrets.existing $name) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- $text -}}
{{- end -}}

{{/* The files of a part's Secret that are composed here, as a map of texts. root, name: as in table.secrets. */}}
{{- define "glasshouse.composedFiles" -}}
{{- $root := .root -}}{{- $name := .name -}}{{- $found := dict -}}
{{- range $file, $source := get $root.Values.made.table.secrets $name | default dict -}}
  {{- $is := eq $source.kind "composed" -}}
  {{- if eq $source.kind "connection" -}}{{- $is = get (get $root.Values.stores $source.store) "inside" -}}{{- end -}}
  {{- if $is -}}
    {{- $_ := set $found $file (include "glasshouse.composed" (dict "root" $root "path" (printf "files/secrets/%s/%s" $name $file))) -}}
  {{- end -}}
{{- end -}}
{{- toYaml $found -}}
{{- end -}}

{{/* An address or a setting as the values have it. root, name: of the variable, text: its default. */}}
{{- define "glasshouse.text" -}}
{{- $text := .text -}}
{{- range $name, $url := .root.Values.made.table.urls -}}
  {{- $text = replace (printf "<url:%s>" $name) (get $.root.Values.urls $name | default $url) $text -}}
{{- end -}}
{{- if .root.Values.tracing.tailSampling.enabled -}}{{- $text = replace "http://jaeger:4318" "http://trace-balancer:4318" $text -}}{{- end -}}
{{- if and .name (hasKey .root.Values.settings .name) (hasKey .root.Values.made.table.settings .name) -}}
  {{- $text = get .root.Values.settings .name | toString -}}
{{- end -}}
{{- $text -}}
{{- end -}}
