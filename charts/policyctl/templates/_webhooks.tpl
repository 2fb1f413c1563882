{{- /* Every field that the API server would default is written out: what is stored is then what was rendered. */ -}}

{{- /* Annotations of both configurations. */ -}}
{{- define "policyctl.webhooks.annotations" -}}
{{- $own := dict -}}
{{- if eq .Values.tls.mode "certManager" -}}
{{- $_ := set $own "cert-manager.io/inject-ca-from" (printf "%s/%s" .Release.Namespace (include "policyctl.tlsSecret" .)) -}}
{{- end -}}
{{- merge $own .Values.webhook.annotations | toYaml -}}
{{- end -}}

{{- /* (list $ path). A managed CA is written by the webhook, cert-manager's by cert-manager: never here. */ -}}
{{- define "policyctl.webhooks.client" -}}
{{- $root := index . 0 -}}
{{- $path := index . 1 -}}
{{- if $root.Values.webhook.url -}}
url: {{ trimSuffix "/" $root.Values.webhook.url }}/{{ $path }}
{{- else -}}
service:
  namespace: {{ $root.Release.Namespace }}
  name: {{ include "policyctl.fullname" $root }}
  path: /{{ $path }}
  port: 443
{{- end }}
{{- if eq $root.Values.tls.mode "existingSecret" }}
caBundle: {{ $root.Values.tls.existingSecret.caBundle }}
{{- end }}
{{- end -}}

{{- /* (list $ operator): namespaces that are, or are not, labelled `enforce`; any, with an empty operator. */ -}}
{{- define "policyctl.webhooks.namespaces" -}}
{{- $root := index . 0 -}}
matchExpressions:
{{- with index . 1 }}
  - {key: policyctl.dev/mode, operator: {{ . }}, values: [enforce]}
{{- end }}
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values: {{- append $root.Values.webhook.excludeNamespaces $root.Release.Namespace | uniq | toYaml | nindent 6 }}
{{- with $root.Values.webhook.namespaceExpressions }}
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /* Pods, their ephemeral containers, and whatever carries a pod template. */ -}}
{{- define "policyctl.webhooks.examined" -}}
{{- $templates := ne (toString (dig "workloads" "warn" .Values.settings)) "off" -}}
- apiGroups: [""]
  apiVersions: [v1]
  operations: [CREATE, UPDATE]
  resources: [pods, pods/ephemeralcontainers{{ if $templates }}, replicationcontrollers, podtemplates{{ end }}]
  scope: Namespaced
{{- if $templates }}
- apiGroups: [apps]
  apiVersions: [v1]
  operations: [CREATE, UPDATE]
  resources: [deployments, daemonsets, statefulsets, replicasets]
  scope: Namespaced
- apiGroups: [batch]
  apiVersions: [v1]
  operations: [CREATE, UPDATE]
  resources: [jobs, cronjobs]
  scope: Namespaced
{{- end }}
{{- end -}}

{{- define "policyctl.webhooks.conditions" -}}
{{- with .Values.webhook.matchConditions -}}
matchConditions: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
