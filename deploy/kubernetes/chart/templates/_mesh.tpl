{{/* What a service mesh needs of pods, Services and policies. docs/mesh.md says why each is as it is. */}}
{{- define "glasshouse.meshLabels" -}}
{{- if eq .Values.mesh "istio" -}}
sidecar.istio.io/inject: "true"
{{- end -}}
{{- end -}}

{{/* The proxy is a sidecar of Kubernetes' own kind: it is there before the first step and ends after the last program.
     root; name: of a part. The gateway's doors do not lead through the proxy, as all people would have its address. */}}
{{- define "glasshouse.meshAnnotations" -}}
{{- if eq .root.Values.mesh "istio" -}}
sidecar.istio.io/nativeSidecar: "true"
{{- if eq (default "" .name) "gateway" }}
traffic.sidecar.istio.io/excludeInboundPorts: {{ include "glasshouse.doors" .root | fromYamlArray | join "," | quote }}
{{- end }}
{{- else if eq .root.Values.mesh "linkerd" -}}
linkerd.io/inject: enabled
config.beta.linkerd.io/proxy-enable-native-sidecar: "true"
config.linkerd.io/default-inbound-policy: deny
{{- with include "glasshouse.meshedPorts" . }}
config.linkerd.io/opaque-ports: {{ . | quote }}
{{- end }}
{{- if eq (default "" .name) "gateway" }}
config.linkerd.io/skip-inbound-ports: {{ include "glasshouse.doors" .root | fromYamlArray | join "," | quote }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* The numbers of the ports at which people reach the gateway. */}}
{{- define "glasshouse.doors" -}}
{{- $ports := .Values.made.table.parts.gateway.ports -}}
{{- toYaml (list $ports.http $ports.https) -}}
{{- end -}}

{{/* The numbers of the ports of a part to which an edge leads: no proxy of Linkerd looks into them. root, name. */}}
{{- define "glasshouse.meshedPorts" -}}
{{- $numbers := list -}}
{{- range .root.Values.made.edges -}}
  {{- if eq .target (default "" $.name) -}}{{- $numbers = append $numbers .number -}}{{- end -}}
{{- end -}}
{{- $numbers | uniq | sortAlpha | join "," -}}
{{- end -}}

{{/* Linkerd's proxies meet at a port of their own, whatever they carry. */}}
{{- define "glasshouse.meshPort" -}}
{{- if eq .Values.mesh "linkerd" -}}, {protocol: TCP, port: 4143}{{- end -}}
{{- end -}}

{{/* Where a proxy asks who is who: the control plane, in its namespace. */}}
{{- define "glasshouse.meshEgress" -}}
{{- if ne .Values.mesh "none" -}}
{{- $isIstio := eq .Values.mesh "istio" -}}
- to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{ .Values.network.meshNamespace | default (ternary "istio-system" "linkerd" $isIstio) }}}}
  ports:  # the control plane of the mesh
  {{- range ternary (list 15012) (list 8080 8086 8090) $isIstio }}
    - {protocol: TCP, port: {{ . }}}
  {{- end }}
{{- end -}}
{{- end -}}
