{{- define "policyctl.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "policyctl.fullname" -}}
{{- $name := include "policyctl.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "policyctl.selector" -}}
app.kubernetes.io/name: {{ include "policyctl.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: webhook
{{- end -}}

{{- /* Labels of the project's, which others cannot replace: (list $ extra-labels) */ -}}
{{- define "policyctl.labels" -}}
{{- $root := index . 0 -}}
{{- $own := dict
      "app.kubernetes.io/name" (include "policyctl.name" $root)
      "app.kubernetes.io/instance" $root.Release.Name
      "app.kubernetes.io/version" $root.Chart.AppVersion
      "app.kubernetes.io/managed-by" $root.Release.Service
      "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_") -}}
{{- merge $own (index . 1) $root.Values.commonLabels (dict "app.kubernetes.io/component" "webhook") | toYaml -}}
{{- end -}}

{{- /* metadata's labels and annotations: (list $ annotations [labels]) */ -}}
{{- define "policyctl.metadata" -}}
{{- $root := index . 0 -}}
{{- $labels := dict -}}
{{- if gt (len .) 2 -}}
{{- $labels = index . 2 -}}
{{- end -}}
labels: {{- include "policyctl.labels" (list $root $labels) | nindent 2 }}
{{- with merge (dict) (index . 1) $root.Values.commonAnnotations }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "policyctl.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "policyctl.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is required when serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "policyctl.image" -}}
{{- $image := .Values.image -}}
{{- with $image.registry }}{{ . }}/{{ end -}}
{{- $image.repository -}}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ default .Chart.AppVersion $image.tag }}{{ end -}}
{{- end -}}

{{- define "policyctl.policyConfigMap" -}}
{{- default (printf "%s-policy" (include "policyctl.fullname" .)) .Values.policy.existingConfigMap -}}
{{- end -}}

{{- /* The Secret with the serving certificate. */ -}}
{{- /* cert-manager keeps its Secret after an uninstall: under the name of ours it would stand in the way of an install. */ -}}
{{- define "policyctl.tlsSecret" -}}
{{- if eq .Values.tls.mode "existingSecret" -}}
{{- .Values.tls.existingSecret.name -}}
{{- else if eq .Values.tls.mode "certManager" -}}
{{- include "policyctl.fullname" . }}-issued
{{- else -}}
{{- include "policyctl.fullname" . }}-tls
{{- end -}}
{{- end -}}

{{- /* The name that the API server expects of a Service's certificate. */ -}}
{{- define "policyctl.serverName" -}}
{{- if .Values.webhook.url -}}
{{- (urlParse .Values.webhook.url).hostname -}}
{{- else -}}
{{- printf "%s.%s.svc" (include "policyctl.fullname" .) .Release.Namespace -}}
{{- end -}}
{{- end -}}

{{- /* The file for --config: what the chart decides, over the user's settings. */ -}}
{{- define "policyctl.settings" -}}
{{- $own := dict
      "listen" (printf "0.0.0.0:%v" .Values.webhook.port)
      "metricsListen" (printf "0.0.0.0:%v" .Values.metrics.port)
      "policy" "/etc/policyctl/policy/policy.yaml" -}}
{{- if eq .Values.tls.mode "managed" -}}
{{- $_ := set $own "tls" "managed" -}}
{{- $_ := set $own "tlsSecret" (include "policyctl.tlsSecret" .) -}}
{{- $_ := set $own "tlsLease" (include "policyctl.fullname" .) -}}
{{- $_ := set $own "tlsNames" (list (include "policyctl.serverName" .)) -}}
{{- $_ := set $own "tlsConfigurations" (list "policyctl") -}}
{{- $_ := set $own "namespace" .Release.Namespace -}}
{{- else -}}
{{- $_ := set $own "tls" "files" -}}
{{- $_ := set $own "tlsCert" "/etc/policyctl/tls/tls.crt" -}}
{{- $_ := set $own "tlsKey" "/etc/policyctl/tls/tls.key" -}}
{{- end -}}
{{- if .Values.tls.clientCa.configMap -}}
{{- $_ := set $own "clientCa" (printf "/etc/policyctl/client-ca/%s" .Values.tls.clientCa.key) -}}
{{- end -}}
{{- merge $own .Values.settings | toYaml -}}
{{- end -}}

{{- define "policyctl.spread" -}}
{{- $root := . -}}
{{- range $what, $key := dict "node" "kubernetes.io/hostname" "zone" "topology.kubernetes.io/zone" -}}
{{- with index $root.Values.topologySpread $what }}
- topologyKey: {{ $key }}
  maxSkew: 1
  whenUnsatisfiable: {{ . }}
  labelSelector:
    matchLabels: {{- include "policyctl.selector" $root | nindent 6 }}
  # Replicas of an older rollout do not count.
  matchLabelKeys: [pod-template-hash]
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Pods of the release's own namespace do not go to the webhook: there is nothing to ask there. */ -}}
{{- define "policyctl.checked" -}}
{{- if and .Values.check.enabled (ne .Values.check.namespace .Release.Namespace) }}yes{{ end -}}
{{- end -}}

{{- /* What asks whether the API server gets answers. */ -}}
{{- define "policyctl.checkPod" -}}
serviceAccountName: {{ include "policyctl.fullname" . }}-check
automountServiceAccountToken: true
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext: {{- toYaml .Values.podSecurityContext | nindent 2 }}
containers:
  - name: check
    image: {{ include "policyctl.image" . }}
    imagePullPolicy: {{ .Values.image.pullPolicy }}
    args: [check, --in, {{ .Values.check.namespace }}, --config, /etc/policyctl/settings/config.yaml, --wait, "90"]
    resources: {{- toYaml .Values.resources | nindent 6 }}
    securityContext: {{- toYaml .Values.securityContext | nindent 6 }}
    volumeMounts:
      - {name: settings, mountPath: /etc/policyctl/settings, readOnly: true}
volumes:
  - name: settings
    configMap: {name: {{ include "policyctl.fullname" . }}}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
