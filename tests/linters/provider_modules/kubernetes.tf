terraform {
  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 2.30"
    }
    helm = {
      source  = "hashicorp/helm"
      version = "~> 3.0"
    }
    docker = {
      source  = "kreuzwerker/docker"
      version = "~> 3.0"
    }
    cloudflare = {
      source  = "cloudflare/cloudflare"
      version = "~> 5.0"
    }
    tls = {
      source = "hashicorp/tls"
    }
  }
}

provider "kubernetes" {
  config_path = "~/.kube/config"
}

provider "helm" {
  kubernetes = {
    config_path = "~/.kube/config"
  }
}

resource "kubernetes_namespace" "app" {
  metadata {
    name   = "app"
    labels = { team = "web" }
  }
}

resource "kubernetes_secret" "tls" {
  metadata {
    name      = "tls"
    namespace = kubernetes_namespace.app.metadata[0].name
  }
  type = "kubernetes.io/tls"
  data = {
    "tls.key" = tls_private_key.app.private_key_pem
    "tls.crt" = tls_self_signed_cert.app.cert_pem
  }
}

resource "tls_private_key" "app" {
  algorithm = "RSA"
  rsa_bits  = 2048
}

resource "tls_self_signed_cert" "app" {
  private_key_pem       = tls_private_key.app.private_key_pem
  validity_period_hours = 24
  allowed_uses          = ["key_encipherment", "server_auth"]
  subject {
    common_name = "app.example.com"
  }
}

resource "kubernetes_deployment" "app" {
  metadata {
    name      = "app"
    namespace = kubernetes_namespace.app.metadata[0].name
  }
  spec {
    replicas = 2
    selector {
      match_labels = { app = "app" }
    }
    template {
      metadata {
        labels = { app = "app" }
      }
      spec {
        container {
          name  = "app"
          image = docker_image.app.name
          port {
            container_port = 8080
          }
          env {
            name = "TOKEN"
            value_from {
              secret_key_ref {
                name = kubernetes_secret.tls.metadata[0].name
                key  = "tls.key"
              }
            }
          }
          resources {
            limits = {
              cpu    = "500m"
              memory = "128Mi"
            }
          }
          liveness_probe {
            http_get {
              path = "/"
              port = 8080
            }
            period_seconds = 10
          }
          volume_mount {
            name       = "cache"
            mount_path = "/cache"
          }
        }
        volume {
          name = "cache"
          empty_dir {}
        }
      }
    }
  }
}

resource "kubernetes_service" "app" {
  metadata {
    name = "app"
  }
  spec {
    selector = { app = kubernetes_deployment.app.spec[0].template[0].metadata[0].labels.app }
    port {
      port        = 80
      target_port = 8080
    }
    type = "ClusterIP"
  }
}

resource "kubernetes_manifest" "crd" {
  manifest = {
    apiVersion = "example.com/v1"
    kind       = "Thing"
    metadata   = { name = "one", namespace = "app" }
    spec       = { size = 3 }
  }
}

resource "helm_release" "ingress" {
  name       = "ingress"
  repository = "https://kubernetes.github.io/ingress-nginx"
  chart      = "ingress-nginx"
  values     = [yamlencode({ controller = { replicaCount = 2 } })]
  set = [
    {
      name  = "controller.kind"
      value = "DaemonSet"
    }
  ]
}

resource "docker_image" "app" {
  name = "app:latest"
  build {
    context = "."
  }
}

resource "cloudflare_dns_record" "app" {
  zone_id = "0123456789abcdef0123456789abcdef"
  name    = "app"
  type    = "CAA"
  ttl     = 300
  data = {
    flags = 0
    tag   = "issue"
    value = "letsencrypt.org"
  }
}

ephemeral "random_password" "db" {
  length = 16
}
