{{- define "glasshouse.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "glasshouse.labels" -}}
{{ include "glasshouse.selector" . }}
app.kubernetes.io/component: {{ .component | default "platform" }}
app.kubernetes.io/part-of: glasshouse
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "glasshouse.image" -}}
{{- if .image.ours -}}
{{- $_ := required "image.registry says where our own images are" .root.Values.image.registry -}}
{{- $tag := .tag | default .root.Values.image.tag | default .root.Chart.AppVersion -}}
{{ printf "%s/%s:%s" .root.Values.image.registry .image.name $tag }}
{{- else -}}
{{ printf "%s:%s" .image.name .image.tag }}
{{- end -}}
{{- end -}}

{{/* One container of a part or of a step. root, name, container, secrets: the folder of its Secret, tag: of our images. */}}
{{- define "glasshouse.container" -}}
{{- $root := .root -}}{{- $it := .container -}}
name: {{ .name }}
image: {{ include "glasshouse.image" (dict "root" $root "image" $it.image "tag" .tag) }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
{{- with $it.command }}
command:
{{- range . }}
  - {{ . | quote }}
{{- end }}
{{- end }}
{{- with $it.args }}
args:
{{- range . }}
  - {{ include "glasshouse.text" (dict "root" $root "text" . "name" "") | quote }}
{{- end }}
{{- end }}
{{- if or $it.environment (eq .name "gateway") }}
env:
{{- range $key, $text := $it.environment }}
  - name: {{ $key }}
    value: {{ include "glasshouse.text" (dict "root" $root "text" $text "name" $key) | quote }}
{{- end }}
{{- if eq .name "gateway" }}
  - name: UPSTREAM_SUFFIX  # names of pods, each of which Nginx knows: it goes on with another one when one is gone
    value: {{ printf "-pods.%s.svc.%s" $root.Release.Namespace $root.Values.network.clusterDomain }}
  {{- if $root.Values.backup.enabled }}
  - {name: PAUSE_PORT, value: {{ $it.ports.pause | quote }}}
  {{- end }}
  {{- if $root.Values.tracing.tailSampling.enabled }}
  - {name: TRACES, value: trace-balancer}
  {{- end }}
{{- end }}
{{- end }}
{{- with $it.ports }}
ports:
{{- range $port, $number := . }}
  - {name: {{ $port }}, containerPort: {{ $number }}}
{{- end }}
{{- end }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: {{ ne (int $it.user) 0 }}
  runAsUser: {{ $it.user }}
  runAsGroup: {{ $it.group }}
  capabilities: {drop: [ALL]}
resources:
  requests: {cpu: {{ include "glasshouse.cpu" (max 10 (div $it.millicores 10)) }}, memory: {{ include "glasshouse.memory" $it.memory }}}
  limits: {cpu: {{ include "glasshouse.cpu" $it.millicores }}, memory: {{ include "glasshouse.memory" $it.memory }}}
{{- if and $it.probe (not .isStep) }}
{{- include "glasshouse.probes" (dict "probe" $it.probe "isSidecar" .isSidecar) | nindent 0 }}
{{- end }}
{{- if .preStop }}
lifecycle:
  preStop: {sleep: {seconds: 10}}  # as long as others may still know this pod
{{- end }}
volumeMounts:
{{- if hasKey $root.Values.made.table.secrets .secrets }}
  - {name: secrets-{{ .secrets }}, mountPath: /run/secrets/{{ .secrets }}, readOnly: true}
{{- end }}
{{- range $path, $size := $it.scratch }}
  - {name: scratch, mountPath: {{ $path }}, subPath: {{ printf "%s%s" $.name $path | replace "/" "." }}}
{{- end }}
{{- if $it.sharedMemory }}
  - {name: shared-memory, mountPath: /dev/shm}
{{- end }}
{{- if $it.data }}
  - {name: data, mountPath: {{ $it.data }}}
{{- end }}
{{- range $volume, $path := $it.shared }}
  - {name: {{ $volume }}, mountPath: {{ $path }}{{ if eq $volume "node-logs" }}, readOnly: true{{ end }}}
{{- end }}
{{- range $it.files }}
{{- if .single }}
  - {name: {{ .name }}, mountPath: {{ .path }}, subPath: {{ first (keys .items) }}, readOnly: true}
{{- else }}
  - {name: {{ .name }}, mountPath: {{ .path }}, readOnly: true}
{{- end }}
{{- end }}
{{- end -}}

{{/* Quantities in the form that Kubernetes gives them: Argo's controller puts others into it, and Helm 4 then finds a conflict with
     it at the next upgrade. */}}
{{- define "glasshouse.cpu" -}}
{{- if mod (int .) 1000 }}{{ int . }}m{{ else }}"{{ div (int .) 1000 }}"{{ end }}
{{- end -}}

{{- define "glasshouse.memory" -}}
{{- $mebibytes := trimSuffix "Mi" . }}
{{- if or (hasSuffix "Gi" .) (mod (int $mebibytes) 1024) }}{{ . }}{{ else }}{{ div (int $mebibytes) 1024 }}Gi{{ end }}
{{- end -}}

{{/* A service begins to get requests when its stores answer. Later it is asked about its process alone: a store that is away is
     away for every replica, and each still says what is missing and answers what needs no store. A restart cures nothing of
     that either. Whether a pod gets requests is not for its sidecars to say, so they have no readiness of their own. */}}
{{- define "glasshouse.probes" -}}
{{- $start := dict -}}{{- $ready := dict -}}{{- $live := dict -}}
{{- if .probe.command -}}
{{- $ready = dict "exec" (dict "command" .probe.command) -}}
{{- $live = dict "tcpSocket" (dict "port" .probe.port) -}}
{{- $start = $live -}}
{{- else -}}
{{- $get := dict "path" .probe.path "port" .probe.port -}}
{{- with .probe.host }}{{ $_ := set $get "httpHeaders" (list (dict "name" "Host" "value" .)) }}{{ end -}}
{{- $ready = dict "httpGet" $get -}}
{{- $live = $ready -}}
{{- $start = dict "httpGet" (merge (dict "path" (.probe.start | default .probe.path)) $get) -}}
{{- end -}}
startupProbe:
  {{- toYaml $start | nindent 2 }}
  periodSeconds: 2
  timeoutSeconds: 4
  failureThreshold: {{ ternary 300 60 (hasKey .probe "start") }}
{{- if not .isSidecar }}
readinessProbe:
  {{- toYaml $ready | nindent 2 }}
  periodSeconds: {{ ternary 10 5 (not (empty .probe.command)) }}
  timeoutSeconds: {{ ternary 9 4 (not (empty .probe.command)) }}
  failureThreshold: 2
{{- end }}
livenessProbe:
  {{- toYaml $live | nindent 2 }}
  periodSeconds: 10
  timeoutSeconds: 9
  failureThreshold: 6
{{- end -}}

{{/* The volume of a Secret: values as they are, texts that the chart composes, connections that somebody else gives. root, name;
     hook: "", or the name of the Secret that has copies of the first two (glasshouse.hookFiles). */}}
{{- define "glasshouse.secretVolume" -}}
{{- $root := .root -}}{{- $name := .name -}}{{- $hook := .hook -}}
{{- $copies := dict -}}{{- if $hook -}}{{- $copies = include "glasshouse.hookFiles" . | fromYaml -}}{{- end -}}
{{- $own := .root.Values.secrets.existing | default "glasshouse" -}}
{{- $composed := include "glasshouse.composedFiles" . | fromYaml -}}
- name: secrets-{{ $name }}
  projected:
    defaultMode: 0440
    sources:
    {{- range $file, $source := get $root.Values.made.table.secrets $name }}
      {{- if hasKey $copies $file }}
      - secret: {name: {{ $hook }}, items: [{key: {{ printf "%s.%s" $name $file }}, path: {{ $file }}}]}
      {{- else if and (eq $name "gateway") $root.Values.expose.tlsSecret }}
      - secret: {name: {{ $root.Values.expose.tlsSecret }}, items: [{key: {{ $file }}, path: {{ $file }}}]}
      {{- else if eq $source.kind "value" }}
      - secret: {name: {{ $own }}, items: [{key: {{ $source.value }}, path: {{ $file }}}]}
      {{- else if hasKey $composed $file }}
      - secret: {name: {{ $name }}, items: [{key: {{ $file }}, path: {{ $file }}}]}
      {{- else }}
      - secret: {name: {{ required (printf "stores.%s.connections must name a Secret, as the store is not inside" $source.store) (get (get $root.Values.stores $source.store) "connections") }}, items: [{key: {{ $source.key }}, path: {{ $file }}}]}
      {{- end }}
    {{- end }}
{{- end -}}

{{/* What a hook is given of a part's Secret: what this very release makes, as it is not there yet. root, name. */}}
{{- define "glasshouse.hookFiles" -}}
{{- $found := include "glasshouse.composedFiles" . | fromYaml -}}
{{- range $file, $source := get .root.Values.made.table.secrets .name | default dict -}}
  {{- if and (eq $source.kind "value") (not $.root.Values.secrets.existing) -}}
    {{- $_ := set $found $file (get $.root.Values.made.values $source.value) -}}
  {{- end -}}
{{- end -}}
{{- toYaml $found -}}
{{- end -}}

{{/* The volume of a mount. hook: before the name of the ConfigMap, where it is a copy for a hook. */}}
{{- define "glasshouse.configVolume" -}}
- name: {{ .name }}
  configMap:
    name: {{ with .hook }}{{ . }}-{{ end }}{{ .name }}
    {{- if not .single }}
    items:
    {{- range $key, $path := .items }}
      - {key: {{ $key }}, path: {{ $path }}}
    {{- end }}
    {{- end }}
{{- end -}}

{{/* What is the same for every pod. root, user, group, and name: of its ServiceAccount. */}}
{{- define "glasshouse.podCommon" -}}
serviceAccountName: {{ .name }}
automountServiceAccountToken: {{ eq .name "prometheus" }}
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .user }}
  runAsGroup: {{ .group }}
  fsGroup: {{ .group | default .user }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The template of a part's pods. root, name, part, color: of a service, else "". */}}
{{- define "glasshouse.pod" -}}
{{- $root := .root -}}{{- $name := .name -}}{{- $part := .part -}}
{{- $tag := "" -}}{{- if .color -}}{{- $tag = get $root.Values.rollout.tags .color -}}{{- end -}}
metadata:
  labels:
    {{- include "glasshouse.labels" (dict "root" $root "name" $name "component" $part.component) | nindent 4 }}
    {{- with include "glasshouse.meshLabels" $root }}{{ . | nindent 4 }}{{ end }}
    {{- with .color }}
    glasshouse/color: {{ . }}
    {{- end }}
  annotations:
    checksum/files: {{ include "glasshouse.checksum" . }}
    {{- with include "glasshouse.meshAnnotations" (dict "root" $root "name" $name) }}{{ . | nindent 4 }}{{ end }}
spec:
  {{- include "glasshouse.podCommon" (dict "root" $root "name" $name "user" $part.user "group" $part.group) | nindent 2 }}
  terminationGracePeriodSeconds: {{ $part.grace }}
  {{- if and $part.scales (or $root.Values.spread.nodes $root.Values.spread.zones) }}
  topologySpreadConstraints:
  {{- range $key, $whenUnsatisfiable := dict "topology.kubernetes.io/zone" $root.Values.spread.zones "kubernetes.io/hostname" $root.Values.spread.nodes }}
  {{- if $whenUnsatisfiable }}
    - maxSkew: 1
      topologyKey: {{ $key }}
      whenUnsatisfiable: {{ $whenUnsatisfiable }}
      nodeTaintsPolicy: Honor  # else a node that is drained, or takes no pods of ours, counts as one with none of them
      labelSelector:
        matchLabels:
          {{- include "glasshouse.selector" $ | nindent 10 }}
      matchLabelKeys: [{{ ternary "rollouts-pod-template-hash" "pod-template-hash" (and (eq $root.Values.rollout.kind "argo") (eq $part.component "service")) }}]
  {{- end }}
  {{- end }}
  {{- end }}
  containers:
    - {{- include "glasshouse.container" (dict "root" $root "name" $name "container" $part "secrets" $name "tag" $tag "preStop" $part.scales) | nindent 6 }}
  {{- range $sidecar, $container := $part.sidecars }}
    - {{- include "glasshouse.container" (dict "root" $root "name" $sidecar "container" $container "secrets" $sidecar "tag" $tag "isSidecar" true) | nindent 6 }}
  {{- end }}
  volumes:
    {{- $isWriting := not (empty $part.scratch) }}
    {{- range $_, $sidecar := $part.sidecars }}{{- $isWriting = or $isWriting (not (empty $sidecar.scratch)) }}{{- end }}
    {{- if $isWriting }}
    - {name: scratch, emptyDir: {sizeLimit: 256Mi}}
    {{- end }}
    {{- range prepend (keys ($part.sidecars | default dict) | sortAlpha) $name }}
    {{- if hasKey $root.Values.made.table.secrets . }}
    {{- include "glasshouse.secretVolume" (dict "root" $root "name" .) | nindent 4 }}
    {{- end }}
    {{- end }}
    {{- if $part.sharedMemory }}
    - {name: shared-memory, emptyDir: {medium: Memory, sizeLimit: {{ $part.sharedMemory }}}}
    {{- end }}
    {{- range $volume, $_ := $part.shared }}
    - {name: {{ $volume }}, emptyDir: {sizeLimit: 256Mi}}
    {{- end }}
    {{- range $part.files }}
    {{- include "glasshouse.configVolume" . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* Changes when a file of the part does, so that its pods are made anew. */}}
{{- define "glasshouse.checksum" -}}
{{- $text := include "glasshouse.composedFiles" . -}}
{{- range $config := .part.files -}}
  {{- range $key, $_ := $config.items -}}
    {{- $text = print $text (include "glasshouse.configText" (dict "root" $.root "name" $config.name "key" $key)) -}}
  {{- end -}}
{{- end -}}
{{- sha256sum $text -}}
{{- end -}}

{{/* A file of a ConfigMap, or the one that a value has brought in its place. root, name: of the ConfigMap, key. */}}
{{- define "glasshouse.configText" -}}
{{- $text := .root.Files.Get (printf "files/config/%s/%s" .name .key) -}}
{{- range list "logs" "tracing.tailSampling" -}}
  {{- $other := $.root.Files.Get (printf "files/with/%s/%s/%s" . $.name $.key) -}}
  {{- if and $other (include "glasshouse.isOn" (dict "root" $.root "when" .)) -}}{{- $text = $other -}}{{- end -}}
{{- end -}}
{{- $text -}}
{{- end -}}
